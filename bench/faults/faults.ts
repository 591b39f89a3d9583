/** The faults, by name: what is broken, when, and when it is well again. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPrivateServer } from '../../test/store/postgresServer.ts';
import { seeded } from '../random.ts';
import { type Clients, openDripping, openHalfClosed, openHalfOpen } from './clients.ts';
import type { Fault, Prepared, UnderLoad } from './fault.ts';
import { openSlowProxy } from './slowProxy.ts';
import { openSmallDisk } from './smallDisk.ts';

const DISK_MB = 512; // room for the store of a whole run: it is full by what is put beside it only
const SHARE_BEFORE = 0.2; // of the messages, before anything is broken

export const FAULTS: readonly Fault[] = [
  killed(10, 5000),
  {
    name: 'sigterm',
    what: 'SIGTERM 5 times at random, as a restart for an update',
    messages: 3000,
    prepare: onEmbeddedStore((load) => endAtRandom(load, 'SIGTERM', 5)),
  },
  storeStopped('accept', 8000, 3000),
  storeStopped('tempfail', 8000, 3000),
  diskFull('accept', 20_000, 3000), // longer than messages wait
  diskFull('tempfail', 8000, 3000),
  slowStore(300, 20_000, 1500),
  {
    name: 'half-open',
    what: '500 half-open milter connections, all that there is room for, after 100 half-closed ones',
    messages: 1500,
    prepare: withClients(0, async (path) => {
      const closed = await openHalfClosed(path, 100);
      const open = await openHalfOpen(path, 500);
      return {
        close() {
          closed.close();
          open.close();
        },
      };
    }),
  },
  {
    name: 'dripping',
    what: '50 milter clients that send a byte a second',
    messages: 3000,
    prepare: withClients(SHARE_BEFORE, (path) => openDripping(path, 50)),
  },
  {
    name: 'many',
    what: '500 SMTP sessions, each with its milter connection',
    messages: 3000,
    sessions: 500,
    prepare: onEmbeddedStore(async () => undefined),
  },
];

export function killed(times: number, messages: number): Fault {
  return {
    name: 'kill',
    what: `kill -9, ${times} times at random`,
    messages,
    prepare: onEmbeddedStore((load) => endAtRandom(load, 'SIGKILL', times)),
  };
}

/** `onFailure` as ON_FAILURE; `share` of the messages comes before it. */
export function storeStopped(
  onFailure: 'accept' | 'tempfail',
  forMs: number,
  messages: number,
  share = SHARE_BEFORE,
): Fault {
  return {
    name: `store-stopped-${onFailure}`,
    what: `PostgreSQL stopped for ${forMs / 1000} s, ON_FAILURE=${onFailure}`,
    messages,
    async prepare(dir) {
      const server = await openPrivateServer({ isSynced: true });
      return {
        env: { DATA_DIR: join(dir, 'data'), DATABASE_URL: await server.createDatabase(), ON_FAILURE: onFailure },
        async strike(load) {
          await load.untilArrived(load.messageCount * share);
          await server.stop('fast');
          await sleep(forMs);
          await server.start();
          await load.untilScored();
        },
        close: () => server.close(),
      };
    },
  };
}

export function diskFull(
  onFailure: 'accept' | 'tempfail',
  forMs: number,
  messages: number,
  share = SHARE_BEFORE,
): Fault {
  return {
    name: `disk-full-${onFailure}`,
    what: `disk of DATA_DIR full for ${forMs / 1000} s, ON_FAILURE=${onFailure}`,
    messages,
    async prepare(dir) {
      const disk = openSmallDisk(join(dir, 'disk'), DISK_MB);
      return {
        env: { DATA_DIR: disk.dir, ON_FAILURE: onFailure },
        async strike(load) {
          await load.untilArrived(load.messageCount * share);
          disk.fill();
          await sleep(forMs);
          disk.clear();
          await load.untilScored();
        },
        close: async () => disk.close(),
      };
    },
  };
}

function slowStore(delayMs: number, forMs: number, messages: number): Fault {
  return {
    name: 'slow-store',
    what: `PostgreSQL behind a proxy that delays each packet by ${delayMs} ms for ${forMs / 1000} s`,
    messages,
    async prepare(dir) {
      const server = await openPrivateServer({ isSynced: true });
      const databaseUrl = await server.createDatabase();
      const url = new URL(databaseUrl);
      const proxy = await openSlowProxy(Number(url.port));
      url.port = String(proxy.port);
      return {
        env: { DATA_DIR: join(dir, 'data'), DATABASE_URL: url.href },
        databaseUrl,
        async strike(load) {
          await load.untilArrived(load.messageCount * SHARE_BEFORE);
          proxy.delayMs = delayMs;
          await sleep(forMs);
          proxy.delayMs = 0;
          await load.untilScored();
        },
        async close() {
          proxy.close();
          await server.close();
        },
      };
    },
  };
}

function onEmbeddedStore(strike: Prepared['strike']): Fault['prepare'] {
  return async (dir) => ({ env: { DATA_DIR: join(dir, 'data') }, strike, close: async () => undefined });
}

/** They come when a share of the messages has arrived, and stay until all is counted. */
function withClients(share: number, open: (path: string) => Promise<Clients>): Fault['prepare'] {
  return async (dir) => {
    let clients: Clients | undefined;
    return {
      env: { DATA_DIR: join(dir, 'data') },
      async strike(load) {
        await load.untilArrived(load.messageCount * share);
        clients = await open(load.socketPath);
        await load.untilScored();
      },
      close: async () => clients?.close(),
    };
  };
}

const LONGEST_LIFE_MS = 300; // beyond the message at which it is struck

/** The moments are drawn among the messages, so that the load is never over before the last. */
async function endAtRandom(load: UnderLoad, signal: 'SIGKILL' | 'SIGTERM', times: number): Promise<void> {
  const random = seeded(11);
  const marks = Array.from({ length: times }, () => random.below(Math.floor(load.messageCount * 0.9)));
  for (const mark of marks.sort((a, b) => a - b)) {
    await load.untilArrived(mark);
    await sleep(random.below(LONGEST_LIFE_MS));
    await load.tidemark.end(signal);
    await load.untilScored();
  }
}
