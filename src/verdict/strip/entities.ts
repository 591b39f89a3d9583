/**
 * The MIME tree of a message as places in its bytes. mailsplit tells the parts apart, as it does for mailparser, whose reading the traits
 * are: what was judged is what is rewritten. Attached messages are leaves.
 */
import mailsplit, { type MimeNode } from '@zone-eu/mailsplit';
import { delimiterAt } from '../../text/boundary.ts';
import { missingBoundary, type PartSource, readAsMailPrograms } from '../../text/partHeaders.ts';
import { Refused, STRIP_LIMITS } from './limits.ts';

export interface Entity {
  readonly node: MimeNode;
  /** '1.2' as in IMAP; '' for the root. */
  readonly part: string;
  readonly parent?: Entity;
  readonly children: Entity[];
  readonly headStart: number;
  /** After the blank line. */
  readonly headEnd: number;
  /** Without the line break that belongs to the boundary below. Of a multipart it means something only when it has no parts. */
  bodyStart: number;
  bodyEnd: number;
}

/** `part`: the number of the message inside another. Rejects with Refused when there are too many parts, or when the pieces do not make up the whole. */
export async function readEntities(raw: Buffer, part = ''): Promise<Entity> {
  const splitter = new mailsplit.Splitter({
    ignoreEmbedded: true,
    maxHeadSize: STRIP_LIMITS.headBytes,
    maxChildNodes: STRIP_LIMITS.parts,
  });
  if (!isPartSource(splitter)) throw new Error('this mailsplit has another inside than the one that was written for');
  readAsMailPrograms(splitter, {
    boundaryOf: (node) => missingBoundary(node, raw.subarray(node.getHeaders().length))?.guess,
  });
  splitter.end(raw);
  const found = new Map<MimeNode, Entity>();
  let root: Entity | undefined;
  let at = 0;
  try {
    for await (const chunk of splitter) {
      if (chunk.type === 'node') {
        const node: MimeNode = chunk;
        const entity = newEntity(raw, node, at, found, part);
        root ??= entity;
        found.set(node, entity);
        at = entity.headEnd;
      } else {
        const start = placeOf(raw, chunk.value, at);
        at = start + chunk.value.length;
        const entity = found.get(chunk.node);
        if (entity !== undefined) grow(entity, chunk.type === 'body', start, at);
      }
    }
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused('over-limit', error instanceof Error ? error.message : String(error));
  }
  if (root === undefined) throw new Refused('untraceable', 'no header');
  for (const entity of found.values()) leaveLineBreak(raw, entity);
  return root;
}

/** Its type does not declare it. */
const isPartSource = (splitter: object): splitter is PartSource => 'node' in splitter && 'newNode' in splitter;

function newEntity(
  raw: Buffer,
  node: MimeNode,
  at: number,
  found: ReadonlyMap<MimeNode, Entity>,
  rootPart: string,
): Entity {
  const head = node.getHeaders();
  // Lines of a part whose header never ended are dropped by the splitter: they lie between, and stay.
  const start = standsAt(raw, head, at) ? at : raw.indexOf(head, at);
  if (start < at) throw new Refused('untraceable', 'a header block is not where it was read');
  const parent = node.parentNode === false ? undefined : found.get(node.parentNode as MimeNode);
  const headEnd = start + head.length;
  const entity: Entity = {
    node,
    part: parent === undefined ? rootPart : partOf(parent),
    ...(parent === undefined ? {} : { parent }),
    children: [],
    headStart: start,
    headEnd,
    bodyStart: headEnd,
    bodyEnd: headEnd,
  };
  parent?.children.push(entity);
  return entity;
}

function partOf(parent: Entity): string {
  const number = parent.children.length + 1;
  return parent.part === '' ? `${number}` : `${parent.part}.${number}`;
}

/** Chunks are views of what was written, but for the rare one that was put together. The lines of a header that ends at a boundary come twice. */
function placeOf(raw: Buffer, value: Buffer, at: number): number {
  if (value.buffer === raw.buffer) {
    const start = value.byteOffset - raw.byteOffset;
    const end = start + value.length;
    if (start >= 0 && end >= at && end <= raw.length) return start;
  }
  if (standsAt(raw, value, at)) return at;
  throw new Refused('untraceable', 'a part is not where it was read');
}

const standsAt = (raw: Buffer, value: Buffer, at: number): boolean => raw.subarray(at, at + value.length).equals(value);

/**
 * The line break in front of a boundary belongs to the boundary. Of a body that is nothing else, the splitter takes it for the body; of a
 * multipart without parts it takes the boundary below, too, and what follows.
 */
function leaveLineBreak(raw: Buffer, entity: Entity): void {
  const { node, parent, children, bodyStart, bodyEnd } = entity;
  if (parent === undefined || children.length > 0) return;
  const isSource = node.multipart !== false;
  if (isSource)
    entity.bodyEnd = bodyStart + (delimiterBelow(raw.subarray(bodyStart, bodyEnd), parent) ?? bodyEnd - bodyStart);
  const body = raw.toString('latin1', bodyStart, isSource ? entity.bodyEnd : Math.min(bodyEnd, bodyStart + 3));
  const lineBreak = (isSource ? LAST_BREAK : ONLY_BREAK).exec(body)?.[0] ?? '';
  if (raw[entity.bodyEnd] === HYPHEN) entity.bodyEnd -= lineBreak.length;
}

const HYPHEN = 45;
const ONLY_BREAK = /^\r?\n$/;
const LAST_BREAK = /\r?\n$/;

/** Where a line begins that is a boundary of what it stands in. */
function delimiterBelow(body: Buffer, parent: Entity): number | undefined {
  const places: number[] = [];
  for (let entity: Entity | undefined = parent; entity !== undefined; entity = entity.parent) {
    const { _boundary: boundary } = entity.node;
    const at = boundary === false ? undefined : delimiterAt(body, boundary.toString('latin1'));
    if (at !== undefined) places.push(at);
  }
  return places.length === 0 ? undefined : Math.min(...places);
}

/** What stands around the parts of a multipart is its own, as long as it has no parts. */
function grow(entity: Entity, isBody: boolean, start: number, end: number): void {
  if (!isBody && (entity.node.multipart === false || entity.children.length > 0)) return;
  if (entity.bodyEnd === entity.bodyStart) entity.bodyStart = Math.max(start, entity.headEnd);
  entity.bodyEnd = Math.max(end, entity.bodyStart);
}
