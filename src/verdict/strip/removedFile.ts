/** A part that is taken out: a note stands in its place. */
import { isAscii } from 'node:buffer';
import type { FileTarget } from '../../domain/strip.ts';
import { textBanner } from './banner.ts';
import { quotedPrintable } from './encodings.ts';
import type { Entity } from './entities.ts';
import { type HeaderField, settingField } from './headerFields.ts';
import type { LeafContext, RewrittenLeaf } from './leafTypes.ts';
import { noticeText } from './notice.ts';
import { OF_THE_BODY, versionFor, withoutFields } from './partHeaders.ts';
import { noteChange } from './stripping.ts';

export function removedFile(
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
