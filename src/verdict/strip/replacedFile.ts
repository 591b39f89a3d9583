/** A part that is taken out: a note stands in its place, or a harmless rendering where one may and can be made. */
import { isAscii } from 'node:buffer';
import libmime from 'libmime';
import type { FileTarget, Flattened } from '../../domain/strip.ts';
import { textBanner } from './banner.ts';
import { encodedBody, quotedPrintable } from './encodings.ts';
import type { Entity } from './entities.ts';
import { type HeaderField, settingField } from './headerFields.ts';
import type { LeafContext, RewrittenLeaf } from './leafTypes.ts';
import { noticeText, plainName, plainText } from './notice.ts';
import { OF_THE_BODY, versionFor, withoutFields } from './partHeaders.ts';
import { noteChange } from './stripping.ts';

interface File {
  readonly content: Buffer;
  readonly sha256: string;
}

export async function replacedFile(
  leaf: Entity,
  fields: readonly HeaderField[],
  { content, sha256 }: File,
  target: FileTarget,
  { stripping, eol, hasBanner }: LeafContext,
): Promise<RewrittenLeaf> {
  const { node, part } = leaf;
  const name = node.filename === false ? '' : node.filename;
  const sizeBytes = content.length;
  const flattened = await flattenedOf(leaf, content, name, target, stripping.flatten);
  const to = flattened === undefined || flattened.to === 'nothing' ? undefined : flattened.to;
  stripping.removedFiles.add(sha256);
  noteChange(stripping, {
    kind: 'file',
    part,
    name,
    sizeBytes,
    sha256,
    ...(to === undefined ? {} : { flattenedTo: to }),
  });
  if (flattened?.to === 'pdf') return harmlessPdf(leaf, fields, flattened.content, name, eol);
  const declaredType = node.contentType === false ? 'text/plain' : node.contentType;
  const banner = hasBanner ? textBanner(stripping.plan.banner ?? '', eol) : '';
  if (hasBanner) noteChange(stripping, { kind: 'banner', part });
  const notice = noticeText({ name, declaredType, sizeBytes, sha256 }, target, stripping.wording, eol, flattened);
  const text = flattened?.to === 'text' ? `${eol}${plainText(flattened.text, eol)}${eol}` : '';
  return notePart(leaf, fields, Buffer.from(banner + notice + text), to === undefined ? 'removed' : 'flattened', eol);
}

/** Of alternatives one is shown, and that is not to be a file's text. undefined: nobody asked for it. */
async function flattenedOf(
  { parent }: Entity,
  content: Buffer,
  name: string,
  { mayFlatten }: FileTarget,
  flatten: LeafContext['stripping']['flatten'],
): Promise<Flattened | undefined> {
  if (mayFlatten === undefined || flatten === undefined) return undefined;
  if (parent?.node.multipart === 'alternative') return { to: 'nothing', whyNot: 'it stood among alternatives' };
  return flatten(content, name);
}

function notePart(
  leaf: Entity,
  fields: readonly HeaderField[],
  bytes: Buffer,
  title: 'removed' | 'flattened',
  eol: string,
): RewrittenLeaf {
  const isPlain = title === 'removed' && isAscii(bytes);
  // The last alternative that a reader knows is shown: the notice must not hide the mail.
  const isAlternative = leaf.parent?.node.multipart === 'alternative';
  const type = isAlternative ? 'application/octet-stream' : 'text/plain; charset=utf-8';
  return {
    edits: [
      ...settingField(fields, 'Content-Type', `${type}; name="${title}.txt"`),
      ...settingField(fields, 'Content-Transfer-Encoding', isPlain ? '7bit' : 'quoted-printable'),
      ...settingField(fields, 'Content-Disposition', `inline; filename="${title}.txt"`),
      ...withoutFields(fields, 'Content-Description', 'Content-Location', ...OF_THE_BODY),
      ...versionFor(leaf, fields),
    ],
    body: isPlain ? bytes : quotedPrintable(bytes, eol),
  };
}

/** Its name says what it is: there is no room for a note. */
function harmlessPdf(
  leaf: Entity,
  fields: readonly HeaderField[],
  content: Buffer,
  name: string,
  eol: string,
): RewrittenLeaf {
  const title = `${plainName(name.replace(/\.pdf$/i, '')).replace(/[^\p{L}\p{N} ()_-]/gu, '_')}.flattened.pdf`;
  const value = (type: string, parameter: string): string =>
    libmime.buildHeaderValue({ value: type, params: { [parameter]: title } });
  return {
    edits: [
      ...settingField(fields, 'Content-Type', value('application/pdf', 'name')),
      ...settingField(fields, 'Content-Transfer-Encoding', 'base64'),
      ...settingField(fields, 'Content-Disposition', value('attachment', 'filename')),
      ...settingField(fields, 'Content-Description', 'A PDF whose actions, links and files Tidemark took out'),
      ...withoutFields(fields, 'Content-Location', ...OF_THE_BODY),
      ...versionFor(leaf, fields),
    ],
    body: encodedBody(content, 'base64', Buffer.alloc(0), eol).body,
  };
}
