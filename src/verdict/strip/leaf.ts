/** One part without parts of its own: removed, rewritten, or left as it is. */
import { isAscii } from 'node:buffer';
import { hash } from 'node:crypto';
import libmime from 'libmime';
import type { FileTarget, HeaderEdit } from '../../domain/strip.ts';
import { htmlBanner, textBanner } from './banner.ts';
import { rewriteCalendar } from './calendarPart.ts';
import { decodedBody, decodedText, encodedBody, encodedText, quotedPrintable } from './encodings.ts';
import { type Entity, readEntities } from './entities.ts';
import { editedHead, fieldsOf, type HeaderField, settingField } from './headerFields.ts';
import { type HtmlRewriting, rewriteHtml } from './htmlPart.ts';
import { Refused, STRIP_LIMITS } from './limits.ts';
import { rewriteMessage } from './message.ts';
import { noticeText } from './notice.ts';
import { isFile, kindOf, type PartKind } from './parts.ts';
import { armourIn, type Protection } from './protection.ts';
import { type Splice, spliced, splicedBytes } from './splices.ts';
import { fileTarget, noteChange, noteLocks, type Stripping } from './stripping.ts';
import { rewriteText } from './textPart.ts';

export interface LeafContext {
  readonly stripping: Stripping;
  /** The message's line break. */
  readonly eol: string;
  readonly depth: number;
  readonly hasBanner: boolean;
}

export interface RewrittenLeaf {
  /** Of its own header block. */
  readonly edits: readonly HeaderEdit[];
  readonly body: Buffer;
  /** What the change would break. */
  readonly protection?: Protection;
}

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
    if (target !== undefined) return removed(leaf, fields, content.length, sha256, target, context);
  }
  if (kind === 'message') return rewriteInner(raw, leaf, content, context);
  if (kind === 'other' || !(seeksLinks || hasBanner)) return undefined;
  return rewriteShown(raw, leaf, fields, kind, content, context);
}

function removed(
  leaf: Entity,
  fields: readonly HeaderField[],
  sizeBytes: number,
  sha256: string,
  target: FileTarget,
  { stripping, eol, hasBanner }: LeafContext,
): RewrittenLeaf {
  const { node, part, parent } = leaf;
  const name = node.filename === false ? '' : node.filename;
  stripping.removedFiles.add(sha256);
  noteChange(stripping, { kind: 'file', part, name, sizeBytes, sha256 });
  const declaredType = node.contentType === false ? 'text/plain' : node.contentType;
  const banner = hasBanner ? textBanner(stripping.plan.banner ?? '', eol) : '';
  if (hasBanner) noteChange(stripping, { kind: 'banner', part });
  const notice = banner + noticeText({ name, declaredType, sizeBytes, sha256 }, target, stripping.wording, eol);
  const bytes = Buffer.from(notice);
  const isPlain = isAscii(bytes);
  // The last alternative that a reader knows is shown: the notice must not hide the mail.
  const type = parent?.node.multipart === 'alternative' ? 'application/octet-stream' : 'text/plain; charset=utf-8';
  return {
    edits: [
      ...settingField(fields, 'Content-Type', `${type}; name="removed.txt"`),
      ...settingField(fields, 'Content-Transfer-Encoding', isPlain ? '7bit' : 'quoted-printable'),
      ...settingField(fields, 'Content-Disposition', 'inline; filename="removed.txt"'),
      ...withoutFields(fields, 'Content-Description', 'Content-Location', ...OF_THE_BODY),
      ...versionFor(leaf, fields),
    ],
    body: isPlain ? bytes : quotedPrintable(bytes, eol),
  };
}

/** They tell of a body that is another now. */
const OF_THE_BODY = ['Content-MD5', 'Content-Length', 'Lines'];

const withoutFields = (fields: readonly HeaderField[], ...names: readonly string[]): readonly HeaderEdit[] =>
  names.flatMap((name) => settingField(fields, name, undefined));

/** Without it the fields of MIME mean nothing (RFC 2045 §4). */
const versionFor = ({ parent }: Entity, fields: readonly HeaderField[]): readonly HeaderEdit[] =>
  parent === undefined && !fields.some(({ name }) => name === 'mime-version')
    ? [{ kind: 'add', name: 'MIME-Version', value: '1.0' }]
    : [];

async function rewriteInner(
  raw: Buffer,
  leaf: Entity,
  content: Buffer,
  { stripping, depth, eol }: LeafContext,
): Promise<RewrittenLeaf | undefined> {
  if (depth + 1 > STRIP_LIMITS.messageDepth) throw new Refused('over-limit', 'messages in messages, too deep');
  const inner = await readEntities(content, leaf.part);
  const { edits, splices, eol: innerEol } = await rewriteMessage(content, inner, stripping, depth + 1);
  if (edits.length === 0 && splices.length === 0) return undefined;
  const head = {
    start: 0,
    end: inner.headEnd,
    piece: editedHead(content.subarray(0, inner.headEnd), edits, innerEol, true),
  };
  const bytes = splicedBytes(content, [head, ...splices]);
  const before = raw.subarray(leaf.bodyStart, leaf.bodyEnd);
  // An encoding of its own is not allowed for messages (RFC 2046 §5.2.1): what is inside keeps to its own.
  const encoding = leaf.node.encoding === false ? '' : leaf.node.encoding;
  const isEncoded = encoding === 'base64' || encoding === 'quoted-printable';
  return { edits: [], body: isEncoded ? encodedBody(bytes, encoding, before, eol).body : bytes };
}

async function rewriteShown(
  raw: Buffer,
  leaf: Entity,
  fields: readonly HeaderField[],
  kind: Exclude<PartKind, 'message' | 'other'>,
  content: Buffer,
  { stripping, eol, hasBanner }: LeafContext,
): Promise<RewrittenLeaf | undefined> {
  if (content.length > STRIP_LIMITS.textBytes) {
    if (isFile(leaf)) return undefined; // a log, a data set: nobody's mail program makes links in it
    throw new Refused('over-limit', `part ${leaf.part} has ${content.length} bytes of text`);
  }
  const charset = leaf.node.charset === false || leaf.node.multipart !== false ? '' : leaf.node.charset;
  const text = await decodedText(content, charset);
  const { splices, locks, bannerAt } = rewriting(text, kind, leaf, stripping);
  noteLocks(stripping, leaf.part, locks);
  const banner = hasBanner ? bannerSplice(text, kind, bannerAt, stripping, eol) : undefined;
  if (banner !== undefined) noteChange(stripping, { kind: 'banner', part: leaf.part });
  if (splices.length === 0 && banner === undefined) return undefined;
  const changed = spliced(text, banner === undefined ? splices : [banner, ...splices]);
  const encoded = await encodedText(changed, charset, content, text);
  const before = raw.subarray(leaf.bodyStart, leaf.bodyEnd);
  const { body, encoding } = encodedBody(encoded.bytes, encodingOf(leaf), before, eol);
  const protection = kind === 'calendar' ? undefined : armourIn(text);
  return {
    edits: [
      ...(encoded.charset === undefined
        ? []
        : settingField(fields, 'Content-Type', typeWithCharset(leaf, encoded.charset))),
      ...(encoding === undefined ? [] : settingField(fields, 'Content-Transfer-Encoding', encoding)),
      ...withoutFields(fields, ...OF_THE_BODY),
      ...(encoded.charset === undefined && encoding === undefined ? [] : versionFor(leaf, fields)),
    ],
    body,
    ...(protection === undefined ? {} : { protection }),
  };
}

/** A multipart has none that counts. */
const encodingOf = ({ node }: Entity): string =>
  node.multipart !== false ? 'binary' : node.encoding === false ? '' : node.encoding;

function rewriting(
  text: string,
  kind: 'text' | 'html' | 'calendar',
  { node }: Entity,
  { locks }: Stripping,
): HtmlRewriting {
  if (kind === 'html') return rewriteHtml(text, locks);
  const inText =
    kind === 'calendar' ? rewriteCalendar(text, locks) : rewriteText(text, locks, node.flowed && node.delSp);
  return { ...inText, bannerAt: text.startsWith('\ufeff') ? 1 : 0 };
}

function bannerSplice(
  text: string,
  kind: 'text' | 'html' | 'calendar',
  at: number,
  { plan: { banner = '' } }: Stripping,
  eol: string,
): Splice<string> {
  const breaks = text.includes('\r\n') ? '\r\n' : text.includes('\n') ? '\n' : eol;
  return { start: at, end: at, piece: kind === 'html' ? htmlBanner(banner) : textBanner(banner, breaks) };
}

/** The type as it stands, with the charset put in. */
function typeWithCharset({ node }: Entity, charset: string): string {
  const written = node.headers === false ? '' : node.headers.getFirst('Content-Type');
  const parsed = libmime.parseHeaderValue(written || 'text/plain', { stripComments: true });
  return libmime.buildHeaderValue({ ...parsed, params: { ...parsed.params, charset } });
}
