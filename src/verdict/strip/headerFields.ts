/** A header block as fields with their places, and edits to it that leave all other fields as they are. */
import type { HeaderEdit } from '../../domain/strip.ts';
import { type Splice, splicedBytes } from './splices.ts';

export interface HeaderField {
  /** Lower-case. */
  readonly name: string;
  readonly writtenName: string;
  /** 1 for the first of its name. */
  readonly index: number;
  /** As written, folded, without the last line break; each byte a character. */
  readonly value: string;
  readonly start: number;
  /** After its line break. */
  readonly end: number;
}

const FIELD = /^([!-9;-~]{1,200})[ \t]*:/; // RFC 5322 §2.2, and blanks before the colon as parsers take them

/** Lines that are no field (an mbox separator, garbage) are left out. */
export function fieldsOf(head: Buffer): readonly HeaderField[] {
  const text = head.toString('latin1');
  const counts = new Map<string, number>();
  const fields: HeaderField[] = [];
  for (let start = 0; start < text.length; ) {
    const end = fieldEnd(text, start);
    const match = FIELD.exec(text.slice(start, Math.min(end, start + 256)));
    if (match !== null) {
      const [whole, writtenName = ''] = match;
      const name = writtenName.toLowerCase();
      const index = (counts.get(name) ?? 0) + 1;
      counts.set(name, index);
      const value = text.slice(start + whole.length, end).replace(/\r?\n$/, '');
      fields.push({ name, writtenName, index, value, start, end });
    }
    start = end;
  }
  return fields;
}

/** After the line break that no continuation follows. */
function fieldEnd(text: string, start: number): number {
  let newline = text.indexOf('\n', start);
  while (newline >= 0 && (text[newline + 1] === ' ' || text[newline + 1] === '\t')) {
    newline = text.indexOf('\n', newline + 1);
  }
  return newline < 0 ? text.length : newline + 1;
}

/** Edits for the fields of one name: the first gets the value (it is added when there is none), others are removed. undefined: all are removed. */
export function settingField(fields: readonly HeaderField[], name: string, value: string | undefined): HeaderEdit[] {
  const [first, ...others] = fields.filter((field) => field.name === name.toLowerCase());
  if (first === undefined) return value === undefined ? [] : [{ kind: 'add', name, value }];
  const gone = (value === undefined ? [first, ...others] : others).map(
    ({ writtenName, index }): HeaderEdit => ({ kind: 'remove', name: writtenName, index }),
  );
  return value === undefined ? gone : [{ kind: 'change', name: first.writtenName, index: first.index, value }, ...gone];
}

/** The block with the edits made. `eol` ends what is new. A block whose blank line is missing gets one if `hasBody`. */
export function editedHead(head: Buffer, edits: readonly HeaderEdit[], eol: string, hasBody: boolean): Buffer {
  const fields = fieldsOf(head);
  const splices: Splice<Buffer>[] = [];
  const blankAt = blankLineAt(head);
  const added: string[] = [];
  const top: string[] = [];
  for (const edit of edits) {
    if (edit.kind === 'add' || edit.kind === 'top') {
      (edit.kind === 'add' ? added : top).push(`${edit.name}: ${edit.value.replace(/\r?\n/g, eol)}${eol}`);
      continue;
    }
    const name = edit.name.toLowerCase();
    const field = fields.find((one) => one.name === name && one.index === edit.index);
    if (field === undefined) continue;
    const piece = edit.kind === 'remove' ? '' : `${edit.name}: ${edit.value}${eol}`;
    splices.push({ start: field.start, end: field.end, piece: Buffer.from(piece) });
  }
  if (blankAt === undefined && (added.length > 0 || hasBody)) {
    const isOpen = head.length > 0 && head.at(-1) !== 10 && !splices.some(({ end }) => end === head.length);
    if (isOpen) added.unshift(eol);
    if (hasBody) added.push(eol);
  }
  const end = blankAt ?? head.length;
  splices.push({ start: 0, end: 0, piece: Buffer.from(top.join('')) });
  splices.push({ start: end, end, piece: Buffer.from(added.join('')) });
  return splicedBytes(head, splices);
}

/** Where the line that ends the block begins; undefined when the message ends before it. */
function blankLineAt(head: Buffer): number | undefined {
  if (head.at(-1) !== 10) return undefined;
  const at = head.at(-2) === 13 ? head.length - 2 : head.length - 1;
  return at === 0 || head[at - 1] === 10 ? at : undefined;
}
