import type { Link } from '../../../src/domain/message.ts';
import { readMessage } from '../../../src/read.ts';

/** What a reader could click on, by the reader that judges mail, not the one that rewrites it. */
export async function linksLeft(raw: Buffer): Promise<readonly Link[]> {
  const { message } = await readMessage(
    {
      tenant: 't',
      raw,
      envelope: { rcptTo: [] },
      direction: 'inbound',
      receivedAt: 0,
      mailboxes: ['ana@acme.example'],
    },
    { ownDomains: [], authservIds: [] },
    { forPictures: false },
  );
  return message.links?.clickable.filter(({ isDefanged }) => !isDefanged) ?? [];
}
