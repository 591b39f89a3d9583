/** Where every message of a load is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivatePostfix } from '../../test/e2e/postfix.ts';

export interface Whereabouts {
  readonly maildir: number;
  readonly hold: number;
  /** Held in custody and not given back. */
  readonly custody: number;
  /** Still with who sends it: accepted by nobody, so not lost. */
  readonly atSender: number;
  readonly lost: number;
  /** In two places, or two times in one. */
  readonly twice: number;
  /** Delivered or held without a mark of Tidemark's: gone by unseen. */
  readonly unmarked: number;
  /** Delivered with the mark of a message that could not be scored. */
  readonly unscored: number;
  readonly stripped: number;
  /** Delivered out of custody. */
  readonly released: number;
  /** Of these, delivered again: who gives back cannot know what the MTA took before a kill (docs/adr/0017). Not among `twice`. */
  readonly releasedAgain: number;
}

const MARK = /^X-Tidemark-Action: (deliver; released|\w+)/m;

const RELEASED = 'deliver; released';
const addressOf = (mail: string): string => mail.match(/^X-Original-To: (.+)$/m)?.[1] ?? '?';

export function whereabouts(
  addresses: readonly string[],
  receiver: PrivatePostfix,
  sender: PrivatePostfix,
  inCustody: readonly string[],
): Whereabouts {
  const delivered = receiver.delivered();
  const held = receiver.queued();
  const isReleased = (mail: string) => mail.match(MARK)?.[1] === RELEASED;
  const released = delivered.filter(isReleased).map(addressOf);
  const once = [...delivered.filter((mail) => !isReleased(mail)).map(addressOf), ...new Set(released)];
  const holding = held.flatMap(({ recipients }) => recipients.map(({ address }) => address));
  const waiting = sender.queued().flatMap(({ recipients }) => recipients.map(({ address }) => address));
  const counts = new Map(addresses.map((address) => [address, 0]));
  for (const address of [...once, ...holding, ...waiting, ...inCustody])
    counts.set(address, (counts.get(address) ?? 0) + 1);
  const marks = [...delivered, ...held.map((mail) => queueFile(receiver, mail.queue_id))].map(
    (mail) => mail.match(MARK)?.[1],
  );
  const countOf = (mark: string | undefined) => marks.filter((one) => one === mark).length;
  return {
    maildir: delivered.length,
    hold: holding.length,
    custody: inCustody.length,
    atSender: waiting.length,
    lost: addresses.filter((address) => counts.get(address) === 0).length,
    twice: addresses.filter((address) => (counts.get(address) ?? 0) > 1).length,
    unmarked: countOf(undefined),
    unscored: countOf('unscored'),
    stripped: countOf('strip'),
    released: released.length,
    releasedAgain: released.length - new Set(released).size,
  };
}

/** Its records hold the lines of the message, each behind its type and length. */
const queueFile = ({ dir }: PrivatePostfix, id: string): string =>
  readFileSync(join(dir, 'spool', 'hold', id), 'latin1').replace(/X-Tidemark-/g, '\n$&');
