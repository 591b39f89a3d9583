/** One part without parts of its own: removed, rewritten, or left as it is. */
import { hash } from 'node:crypto';
import type { FileTarget } from '../../domain/strip.ts';
import { uuFilesIn } from '../../text/uuencode.ts';
import { decodedBody, encodedBody } from './encodings.ts';
import { type Entity, readEntities } from './entities.ts';
import { fieldsOf, type HeaderField } from './headerFields.ts';
import type { LeafContext, RewrittenLeaf } from './leafTypes.ts';
import { Refused, STRIP_LIMITS } from './limits.ts';
import { contradicts, joined, rewriteMessage } from './message.ts';
import { isFile, kindOf } from './parts.ts';
import { replacedFile } from './replacedFile.ts';
import { rewriteShown } from './shownPart.ts';
import { fileTarget } from './stripping.ts';

/** undefined: it stays as it is. Rejects with Refused. */
export async function rewriteLeaf(raw: Buffer, leaf: Entity, context: LeafContext): Promise<RewrittenLeaf | undefined> {
  const { stripping, hasBanner } = context;
  const { links, files } = stripping.plan;
  const kind = kindOf(leaf);
  const seeksFiles = files === 'all' || files.size > 0;
  const seeksLinks = kind !== 'other' && (links === 'all' || links.length > 0);
  if (!seeksFiles && !seeksLinks && !hasBanner) return undefined;
  const content = await decodedBody(raw, leaf);
  const fields = fieldsOf(raw.subarray(leaf.headStart, leaf.headEnd));
  const mayGo = files !== 'all' || (isFile(leaf) && kind !== 'message' && content.length > 0);
  if (seeksFiles && mayGo) {
    const sha256 = hash('sha256', content);
    const target = fileTarget(stripping, sha256);
    if (target !== undefined) return replacedFile(leaf, fields, { content, sha256 }, target, context);
  }
  if (seeksFiles && kind === 'text') refuseFilesInText(content, stripping);
  if (kind === 'message') return rewriteInner(raw, leaf, fields, content, context);
  if (kind === 'other' || !(seeksLinks || hasBanner)) return undefined;
  return rewriteShown(raw, leaf, fields, kind, content, context);
}

/** A file in the middle of a text has no part that could be taken out. */
function refuseFilesInText(content: Buffer, { plan: { files } }: LeafContext['stripping']): void {
  if (files === 'all') return;
  for (const file of uuFilesIn(content.toString('latin1')))
    if (files.has(hash('sha256', file.content))) throw new Refused('untraceable', `${file.name} stands in the text`);
}

const SAYS_TWO_THINGS: FileTarget = { why: 'A part of this message says two different things of what it is.' };

async function rewriteInner(
  raw: Buffer,
  leaf: Entity,
  fields: readonly HeaderField[],
  content: Buffer,
  context: LeafContext,
): Promise<RewrittenLeaf | undefined> {
  const { stripping, depth, eol } = context;
  if (depth + 1 > STRIP_LIMITS.messageDepth) throw new Refused('over-limit', 'messages in messages, too deep');
  const inner = await readEntities(content, leaf.part);
  // It costs that message only, but where that is all there is.
  if (leaf.parent !== undefined && contradicts(inner, stripping) !== undefined) {
    return replacedFile(leaf, fields, { content, sha256: hash('sha256', content) }, SAYS_TWO_THINGS, context);
  }
  const rewritten = await rewriteMessage(content, inner, stripping, depth + 1);
  if (rewritten.edits.length === 0 && rewritten.splices.length === 0) return undefined;
  const { bytes } = await joined(content, inner, rewritten);
  const before = raw.subarray(leaf.bodyStart, leaf.bodyEnd);
  // An encoding of its own is not allowed for messages (RFC 2046 §5.2.1): what is inside keeps to its own.
  const encoding = leaf.node.encoding === false ? '' : leaf.node.encoding;
  const isEncoded = encoding === 'base64' || encoding === 'quoted-printable';
  return { edits: [], body: isEncoded ? encodedBody(bytes, encoding, before, eol).body : bytes };
}
