/** Edits to the header block of a part whose body has changed. */
import libmime from 'libmime';
import type { HeaderEdit } from '../../domain/strip.ts';
import type { Entity } from './entities.ts';
import { type HeaderField, settingField } from './headerFields.ts';

/** They tell of a body that is another now. */
export const OF_THE_BODY = ['Content-MD5', 'Content-Length', 'Lines'];

export const withoutFields = (fields: readonly HeaderField[], ...names: readonly string[]): readonly HeaderEdit[] =>
  names.flatMap((name) => settingField(fields, name, undefined));

/** Without it the fields of MIME mean nothing (RFC 2045 §4). */
export const versionFor = ({ parent }: Entity, fields: readonly HeaderField[]): readonly HeaderEdit[] =>
  parent === undefined && !fields.some(({ name }) => name === 'mime-version')
    ? [{ kind: 'add', name: 'MIME-Version', value: '1.0' }]
    : [];

/** The type as it stands, with the charset put in. */
export function typeWithCharset({ node }: Entity, charset: string): string {
  const written = node.headers === false ? '' : node.headers.getFirst('Content-Type');
  const parsed = libmime.parseHeaderValue(written || 'text/plain', { stripComments: true });
  return libmime.buildHeaderValue({ ...parsed, params: { ...parsed.params, charset } });
}
