/** One message, the outer one or one inside it: each part in its turn, the From and the banner of the outer one. */
import type { HeaderEdit } from '../../domain/strip.ts';
import { contradictsItself } from '../../text/partHeaders.ts';
import { unspoofedFrom } from './displayName.ts';
import { type Entity, readEntities } from './entities.ts';
import { editedHead, fieldsOf } from './headerFields.ts';
import { rewriteLeaf } from './leaf.ts';
import { Refused } from './limits.ts';
import { bannerParts, leavesOf } from './parts.ts';
import { isAsWritten } from './places.ts';
import { type Protection, protectionOf, refusedFor, sealOf, wholeSealOf } from './protection.ts';
import { type Splice, splicedBytes } from './splices.ts';
import { noteChange, type Stripping } from './stripping.ts';

export interface Rewritten {
  /** Of the message's own header block. */
  readonly edits: readonly HeaderEdit[];
  /** Of what is below it; places in the whole. */
  readonly splices: readonly Splice<Buffer>[];
  readonly eol: string;
}

/** Rejects with Refused. `depth` is 0 for the message that was handed in. */
export async function rewriteMessage(
  raw: Buffer,
  root: Entity,
  stripping: Stripping,
  depth: number,
): Promise<Rewritten> {
  const eol = eolOf(raw);
  const isOuter = depth === 0;
  const protections = new Map<Entity, Protection | undefined>();
  const protection = async (entity: Entity): Promise<Protection | undefined> => {
    if (!protections.has(entity)) protections.set(entity, await protectionOf(raw, entity, stripping));
    return protections.get(entity);
  };
  if (isOuter) {
    const whole = (await protection(root)) ?? (await wholeSealOf(raw, root, stripping));
    if (whole !== undefined) throw refusedFor(whole, 'the whole message');
  }
  if (isOuter && !hasFields(raw.subarray(0, root.headEnd))) throw new Refused('untraceable', 'no header');
  const contradictory = contradicts(root, stripping);
  if (contradictory !== undefined)
    throw new Refused('untraceable', `part ${contradictory.part || 'body'} says two things of what it is`);
  const edits: HeaderEdit[] = [];
  const splices: Splice<Buffer>[] = [];
  const titled = new Set(isOuter && stripping.plan.banner !== undefined ? bannerParts(root) : []);
  for (const leaf of leavesOf(root)) {
    const seal = await sealOf(raw, leaf, stripping);
    if (seal !== undefined) stripping.seals.add(seal);
    const result = await rewriteLeaf(raw, leaf, { stripping, eol, depth, hasBanner: titled.has(leaf) });
    if (result === undefined) continue;
    for (let entity: Entity | undefined = leaf; entity !== undefined; entity = entity.parent) {
      const broken = await protection(entity);
      if (broken !== undefined) throw refusedFor(broken, `part ${leaf.part || 'body'}`);
    }
    if (result.isInSigned) throw refusedFor('signed', `what is changed in part ${leaf.part || 'body'}`);
    if (leaf === root) edits.push(...result.edits);
    else if (result.edits.length > 0) splices.push(headSplice(raw, leaf, result.edits, eol));
    splices.push(...bodySplices(raw, leaf, result.body, eol));
  }
  if (isOuter && stripping.plan.shownAddress !== undefined) {
    edits.unshift(...unspoof(raw.subarray(0, root.headEnd), stripping.plan.shownAddress, stripping));
  }
  return { edits, splices, eol };
}

/** Of lines that are none, readers make what they like: text, mostly. */
const hasFields = (head: Buffer): boolean => fieldsOf(head).length > 0 || head.toString('latin1').trim() === '';

/** The part that half of the programs would read in a way that nothing is taken out of; undefined also where nothing is to be. */
export function contradicts(root: Entity, { plan: { links, files } }: Stripping): Entity | undefined {
  return links.length === 0 && files !== 'all' && files.size === 0 ? undefined : contradictoryIn(root);
}

function contradictoryIn(entity: Entity): Entity | undefined {
  if (contradictsItself(entity.node)) return entity;
  for (const child of entity.children) {
    const found = contradictoryIn(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unspoof(head: Buffer, address: string, stripping: Stripping): readonly HeaderEdit[] {
  const edits = unspoofedFrom(fieldsOf(head), address);
  if (edits.length > 0) noteChange(stripping, { kind: 'sender', part: '', address });
  return edits;
}

function headSplice(raw: Buffer, leaf: Entity, edits: readonly HeaderEdit[], eol: string): Splice<Buffer> {
  const head = raw.subarray(leaf.headStart, leaf.headEnd);
  return { start: leaf.headStart, end: leaf.headEnd, piece: editedHead(head, edits, eol, true) };
}

/**
 * A boundary needs a line break in front of it. It belongs to the boundary, and a part that was empty may have had none; without a parent
 * it is the last of the text.
 */
function bodySplices(
  raw: Buffer,
  { parent, bodyStart, bodyEnd }: Entity,
  body: Buffer,
  eol: string,
): readonly Splice<Buffer>[] {
  const next = raw[bodyEnd];
  const lineBreak = Buffer.from(next === undefined || next === LF || next === CR ? '' : eol);
  if (parent === undefined) {
    const piece = body.at(-1) === LF ? body : Buffer.concat([body, lineBreak]);
    return [{ start: bodyStart, end: bodyEnd, piece }];
  }
  const added = lineBreak.length === 0 ? [] : [{ start: bodyEnd, end: bodyEnd, piece: lineBreak }];
  return [{ start: bodyStart, end: bodyEnd, piece: body }, ...added];
}

const LF = 10;
const CR = 13;

export interface Joined {
  readonly head: Buffer;
  readonly body: Buffer;
  readonly bytes: Buffer;
}

/** The message with the changes made. Rejects with Refused when it would not be read as it is meant. */
export async function joined(raw: Buffer, root: Entity, { edits, splices, eol }: Rewritten): Promise<Joined> {
  const { headEnd } = root;
  const below = splices.map(({ start, end, piece }) => ({ start: start - headEnd, end: end - headEnd, piece }));
  const body = splicedBytes(raw.subarray(headEnd), below);
  const head = editedHead(raw.subarray(0, headEnd), edits, eol, body.length > 0);
  const bytes = Buffer.concat([head, body]);
  const all = [{ start: 0, end: headEnd, piece: head }, ...splices];
  if (!isAsWritten(root, await readEntities(bytes, root.part), all)) {
    throw new Refused('untraceable', 'rewritten, it would have other parts');
  }
  return { head, body, bytes };
}

/** As the first line has it. */
export function eolOf(raw: Buffer): string {
  const at = raw.indexOf(10);
  return at > 0 && raw[at - 1] === 13 ? '\r\n' : '\n';
}
