/** Links in plain text, also where format=flowed with DelSp broke them over lines (RFC 3676 §4.1). */
import { readAddressInText } from '../../text/linkAddress.ts';
import { placeLinks } from '../../text/textLinks.ts';
import { type Lock, type Locks, lockedText } from './locks.ts';
import { type MappedText, newTextMapper, unmapped } from './mappedText.ts';
import type { Splice } from './splices.ts';

export interface Rewriting {
  readonly splices: readonly Splice<string>[];
  readonly locks: readonly Lock[];
}

/** `isDelSp`: some programs take the soft breaks out and some do not, so both readings are searched. */
export function rewriteText(text: string, locks: Locks, isDelSp: boolean): Rewriting {
  const asWritten = lockInText(unmapped(text), locks, lockedText);
  if (!isDelSp) return asWritten;
  const joined = lockInText(unflowed(text), locks, lockedText);
  const isApart = (one: Splice<string>): boolean =>
    joined.splices.every((other) => one.end <= other.start || one.start >= other.end);
  const others = asWritten.splices.flatMap((splice, at) => {
    const lock = asWritten.locks[at];
    return lock !== undefined && isApart(splice) ? [{ splice, lock }] : [];
  });
  return {
    splices: [...joined.splices, ...others.map(({ splice }) => splice)],
    locks: [...joined.locks, ...others.map(({ lock }) => lock)],
  };
}

/** `shownAs` writes what stands in the place of a locked link. */
export function lockInText(
  { text, startOf, endOf }: MappedText,
  locks: Locks,
  shownAs: (lock: Lock) => string,
): Rewriting {
  const found = placeLinks(text).flatMap(({ href, start, end }) => {
    const lock = locks.find(readAddressInText(href), 'link');
    return lock === undefined ? [] : [{ lock, start: startOf(start), end: endOf(end) }];
  });
  return {
    splices: found.map(({ lock, start, end }) => ({ start, end, piece: shownAs(lock) })),
    locks: found.map(({ lock }) => lock),
  };
}

const LINE = /(>*) ?([^\n]*?)( ?)(\r?\n|$)/gy;

/** A blank at the end of a line, the break and the marks of a quotation below it go out, where the quotation goes on. */
function unflowed(text: string): MappedText {
  const mapper = newTextMapper();
  let depth = -1; // of the line that is to go on; -1: none is
  for (const { 0: line, 1: marks = '', 2: content = '', 3: blank = '', 4: end = '', index } of text.matchAll(LINE)) {
    if (line === '') break;
    const contentStart = index + line.length - end.length - blank.length - content.length;
    if (depth !== -1 && depth !== marks.length) mapper.verbatim('\n', index - 1);
    if (depth !== marks.length) mapper.verbatim(text.slice(index, contentStart), index);
    mapper.verbatim(content, contentStart);
    const isSoft = blank !== '' && end !== '' && content !== '--';
    if (!isSoft) mapper.verbatim(`${blank}${end}`, contentStart + content.length);
    depth = isSoft ? marks.length : -1;
  }
  return mapper.result();
}
