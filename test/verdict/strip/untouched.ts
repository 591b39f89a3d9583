/** Everything of a message but the parts that were to be changed: what must be the same before and after. */

import type { Change } from '../../../src/domain/strip.ts';
import { type Entity, readEntities } from '../../../src/verdict/strip/entities.ts';
import { fieldsOf } from '../../../src/verdict/strip/headerFields.ts';
import { leavesOf } from '../../../src/verdict/strip/parts.ts';

export interface Untouched {
  /** Bytes between the changed parts: other parts with their headers, boundaries, preamble, epilogue. */
  readonly bytes: Buffer;
  /** Fields of the top header block that no change concerns, as they stand. */
  readonly fields: readonly string[];
  readonly partCount: number;
}

const MAY_CHANGE = /^(?:from|content-|mime-version|lines$)/;

/** `changes` say which parts; those of an inner message count for the part that holds it. */
export async function untouchedOf(raw: Buffer, changes: readonly Change[]): Promise<Untouched> {
  const root = await readEntities(raw);
  const changed = changes.filter(({ kind }) => kind !== 'sender').map(({ part }) => part);
  const isChanged = ({ part }: Entity): boolean =>
    changed.some((one) => one === part || one.startsWith(part === '' ? '' : `${part}.`));
  const head = raw.subarray(0, root.headEnd);
  const pieces: Buffer[] = [];
  let at = root.headEnd;
  let partCount = 0;
  for (const leaf of leavesOf(root)) {
    if (!isChanged(leaf)) partCount++;
    else {
      pieces.push(raw.subarray(at, Math.max(at, leaf === root ? leaf.bodyStart : leaf.headStart)));
      at = leaf.bodyEnd;
    }
  }
  pieces.push(raw.subarray(at));
  return {
    bytes: Buffer.concat(pieces),
    fields: fieldsOf(head)
      .filter(({ name }) => !MAY_CHANGE.test(name))
      .map(({ start, end }) => head.toString('latin1', start, end).trimEnd()), // a block that ended without a line break gets one
    partCount,
  };
}
