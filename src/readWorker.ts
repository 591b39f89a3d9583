/** Entry of a worker thread: reads one message apart from the service's own thread. */
import type { Submission } from './domain/mail.ts';
import type { Organisation } from './domain/organisation.ts';
import { type Reading, readMessage } from './read.ts';

export interface ReadTask {
  /** `raw` crosses the thread border as a plain Uint8Array. */
  readonly submission: Omit<Submission, 'raw'> & { readonly raw: Uint8Array };
  readonly organisation: Organisation;
  /** To look for QR codes in pictures. */
  readonly hasTime: boolean;
}

/** Called by the pool by their names. */
export const ready = (): void => undefined;

export function read({ submission, organisation, hasTime }: ReadTask): Promise<Reading> {
  const { buffer, byteOffset, byteLength } = submission.raw;
  return readMessage({ ...submission, raw: Buffer.from(buffer, byteOffset, byteLength) }, organisation, {
    forPictures: hasTime,
  });
}
