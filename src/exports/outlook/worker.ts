/** Entry of a worker thread: Outlook's files, item by item, each when it is asked for. */
import { parentPort, workerData } from 'node:worker_threads';
import { mailOfMsg } from './message.ts';
import { itemsOfStore, type StoreItem } from './store.ts';

/** `msg`: one message after the other, by their bytes. `store`: all of one file. */
export type OutlookJob = { readonly kind: 'msg' } | { readonly kind: 'store'; readonly path: string };

/** null: that was the last. */
export type OutlookAnswer = StoreItem | null;

const port = parentPort;
if (port === null) throw new Error('outlook/worker.ts is started as a worker');
const job = workerData as OutlookJob;

if (job.kind === 'msg') port.on('message', (bytes: Uint8Array) => port.postMessage(ofMessage(bytes)));
else {
  const items = ofStore(job.path);
  port.on('message', () => port.postMessage(items.next().value ?? null));
}

function ofMessage(bytes: Uint8Array): OutlookAnswer {
  try {
    const mail = mailOfMsg(bytes);
    return mail === undefined ? { folders: [], isOther: true } : { folders: [], ...mail };
  } catch (error) {
    return { folders: [], error: String(error) };
  }
}

function* ofStore(path: string): Generator<StoreItem> {
  try {
    yield* itemsOfStore(path);
  } catch (error) {
    yield { folders: [], error: String(error), isFatal: true };
  }
}
