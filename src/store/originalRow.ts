/** A row about an original, the same in every SQL store; its bytes stand elsewhere. */
import { createHash } from 'node:crypto';
import type { KeptOriginal, Original } from '../domain/custody.ts';
import { envelopeRecipient } from '../text/envelopeAddress.ts';

export interface OriginalRow {
  readonly tenant: string;
  readonly verdict_id: string;
  readonly key: string;
  readonly why: Original['why'];
  readonly kept_at: number;
  readonly size_bytes: number;
  /** What else is known of it, JSON. */
  readonly body: string;
  /** Addresses, JSON. */
  readonly restored_to: string;
}

export const ORIGINAL_COLUMNS = 'tenant, verdict_id, key, why, kept_at, size_bytes, body, restored_to';

/** The verdict says which content for which mailboxes (docs/adr/0005); an MTA that splits a message hands it in once for each share of its recipients. */
export const keyOf = ({ envelope }: Original): string =>
  createHash('sha256')
    .update([...envelope.rcptTo].sort().join('\n'))
    .digest('hex')
    .slice(0, 32);

export const bodyOf = ({ mailboxes, envelope, rcptMailboxes, contentHash }: Original): string =>
  JSON.stringify({ mailboxes, envelope, rcptMailboxes, contentHash });

export function toOriginal(row: OriginalRow): KeptOriginal {
  return {
    ...(JSON.parse(row.body) as Pick<Original, 'mailboxes' | 'envelope' | 'rcptMailboxes' | 'contentHash'>),
    tenant: row.tenant,
    verdictId: row.verdict_id,
    key: row.key,
    why: row.why,
    keptAt: row.kept_at,
    sizeBytes: row.size_bytes,
    restoredTo: JSON.parse(row.restored_to) as readonly string[],
  };
}

/** Somebody who is a recipient now was erased from it since it was kept. */
export const lacksRecipient = (row: OriginalRow, { envelope }: Original): boolean => {
  const { rcptTo } = toOriginal(row).envelope;
  return envelope.rcptTo.some((address) => !rcptTo.includes(address));
};

/** Who has it when `accepted` got it too; who was erased meanwhile is not named again. */
export const restoredWith = (
  { envelope, restoredTo }: KeptOriginal,
  accepted: readonly string[],
): readonly string[] => [
  ...new Set([...restoredTo, ...accepted.filter((address) => envelope.rcptTo.includes(address))]),
];

/** undefined when it was nobody else's. */
export function withoutMailbox(original: KeptOriginal, mailbox: string): KeptOriginal | undefined {
  const mailboxes = original.mailboxes.filter((one) => one !== mailbox);
  if (mailboxes.length === 0) return undefined;
  const { envelope, restoredTo } = original;
  const owners = envelope.rcptTo.map((address, at) => original.rcptMailboxes?.[at] ?? mailboxAt(address));
  const gone = new Set(envelope.rcptTo.filter((_, at) => owners[at] === mailbox));
  return {
    ...original,
    mailboxes,
    envelope: { ...envelope, rcptTo: envelope.rcptTo.filter((address) => !gone.has(address)) },
    rcptMailboxes: owners.filter((owner) => owner !== mailbox),
    restoredTo: restoredTo.filter((address) => !gone.has(address)),
  };
}

const mailboxAt = (address: string): string => (envelopeRecipient(address) ?? address).toLowerCase();
