/**
 * Bytes of a message and what to take out of it → the message without, or why it stays as it is. Works on places in the bytes: what is not
 * touched is copied (docs/adr/0013). Never throws; bounded by strip/limits.ts.
 */
import type { TopField } from '../domain/ports.ts';
import type { Flatten, HeaderEdit, StripPlan, Stripped, StripWording } from '../domain/strip.ts';
import { type Entity, readEntities } from './strip/entities.ts';
import { editedHead } from './strip/headerFields.ts';
import { Refused, STRIP_LIMITS } from './strip/limits.ts';
import { eolOf, joined, type Rewritten, rewriteMessage } from './strip/message.ts';
import { refusedFor } from './strip/protection.ts';
import { leftSealed, newStripping, unmetOf } from './strip/stripping.ts';

/** Answers 'not rewritten' rather than a message that is half disarmed or that reads differently. Without `flatten` all files are removed. */
export async function strip(
  raw: Buffer,
  plan: StripPlan,
  wording: StripWording = {},
  flatten?: Flatten,
): Promise<Stripped> {
  try {
    if (raw.length > STRIP_LIMITS.messageBytes) throw new Refused('over-limit', `${raw.length} bytes`);
    const stripping = newStripping(plan, wording, flatten);
    const root = await readEntities(raw);
    const rewritten = await rewriteMessage(raw, root, stripping, 0);
    const seal = leftSealed(stripping);
    if (seal !== undefined) throw refusedFor(seal, 'what is to be taken out may stand in a part that');
    if (stripping.changes.length === 0) throw new Refused('nothing-found', 'none of what is to be taken out is in it');
    const { changes, locks } = stripping;
    const found = { changes, locks: [...locks.withPage.values()], unmet: unmetOf(stripping) };
    return await assembled(raw, root, rewritten, found);
  } catch (error) {
    if (error instanceof Refused) return { isRewritten: false, refusal: error.refusal, detail: error.message };
    const detail = error instanceof Error ? error.message : String(error);
    return { isRewritten: false, refusal: 'untraceable', detail };
  }
}

type Found = Pick<Extract<Stripped, { isRewritten: true }>, 'changes' | 'locks' | 'unmet'>;

async function assembled(raw: Buffer, root: Entity, rewritten: Rewritten, found: Found): Promise<Stripped> {
  const { bytes, body } = await joined(raw, root, rewritten);
  if (bytes.length > raw.length * 2 + STRIP_LIMITS.outputGrowth) {
    throw new Refused('over-limit', `${raw.length} bytes would become ${bytes.length}`);
  }
  return { isRewritten: true, bytes, headers: rewritten.edits, body, ...found };
}

/** The same with fields put on top, as signatures are. */
export function withTopFields(
  stripped: Extract<Stripped, { isRewritten: true }>,
  fields: readonly TopField[],
): Extract<Stripped, { isRewritten: true }> {
  if (fields.length === 0) return stripped;
  const { bytes, body, headers } = stripped;
  const edits = fields.map((field): HeaderEdit => ({ kind: 'top', ...field }));
  const head = bytes.subarray(0, bytes.length - body.length);
  const signed = editedHead(head, edits, eolOf(bytes), body.length > 0);
  return { ...stripped, bytes: Buffer.concat([signed, body]), headers: [...edits, ...headers] };
}
