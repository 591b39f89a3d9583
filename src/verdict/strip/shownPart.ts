/** A part that is shown, or would be when it is opened: text, a page, a calendar. */
import { htmlBanner, textBanner } from './banner.ts';
import { rewriteCalendar } from './calendarPart.ts';
import { decodedText, encodedBody, encodedText } from './encodings.ts';
import type { Entity } from './entities.ts';
import { type HeaderField, settingField } from './headerFields.ts';
import { type HtmlRewriting, rewriteHtml } from './htmlPart.ts';
import type { LeafContext, RewrittenLeaf } from './leafTypes.ts';
import { Refused, STRIP_LIMITS } from './limits.ts';
import { OF_THE_BODY, typeWithCharset, versionFor, withoutFields } from './partHeaders.ts';
import { isFile, type PartKind } from './parts.ts';
import { isInSigned } from './protection.ts';
import { type Splice, spliced } from './splices.ts';
import { noteChange, noteLocks, type Stripping } from './stripping.ts';
import { rewriteText } from './textPart.ts';

type ShownKind = Exclude<PartKind, 'message' | 'other'>;

/** undefined: it stays as it is. Rejects with Refused. */
export async function rewriteShown(
  raw: Buffer,
  leaf: Entity,
  fields: readonly HeaderField[],
  kind: ShownKind,
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
    ...(kind === 'text' && isInSigned(text, splices) ? { isInSigned: true as const } : {}),
  };
}

/** A multipart has none that counts. */
const encodingOf = ({ node }: Entity): string =>
  node.multipart !== false ? 'binary' : node.encoding === false ? '' : node.encoding;

function rewriting(text: string, kind: ShownKind, { node }: Entity, { locks }: Stripping): HtmlRewriting {
  if (kind === 'html') return rewriteHtml(text, locks);
  const inText =
    kind === 'calendar' ? rewriteCalendar(text, locks) : rewriteText(text, locks, node.flowed && node.delSp);
  return { ...inText, bannerAt: text.startsWith('\ufeff') ? 1 : 0 };
}

function bannerSplice(
  text: string,
  kind: ShownKind,
  at: number,
  { plan: { banner = '' } }: Stripping,
  eol: string,
): Splice<string> {
  const breaks = text.includes('\r\n') ? '\r\n' : text.includes('\n') ? '\n' : eol;
  return { start: at, end: at, piece: kind === 'html' ? htmlBanner(banner) : textBanner(banner, breaks) };
}
