/** Text, lists and contacts that are files: programs that show them make links of the addresses in them. */
import { beginningOf } from '../textType.ts';
import type { Budget } from './budget.ts';
import type { HazardList } from './hazards.ts';
import { writtenAddresses } from './writtenAddresses.ts';

/** Program text, patches and logs are full of addresses that nobody clicks on. */
const SHOWN: ReadonlySet<string> = new Set('txt text csv tsv vcf vcard'.split(' '));
const MAX_TEXT = 1024 * 1024; // bytes of one

/** A part of text without an ending is shown below the mail; a file in an archive (LICENSE, Makefile) is not. */
export const isShownText = (trueType: string, extension: string, isInArchive: boolean): boolean =>
  SHOWN.has(trueType) && (SHOWN.has(extension) || (extension === '' && !isInArchive));

export function addPlainText(content: Buffer, budget: Budget, list: HazardList): void {
  const part = content.subarray(0, Math.min(MAX_TEXT, Math.max(0, budget.texts)));
  budget.texts -= part.length;
  const text = beginningOf(part, MAX_TEXT) ?? '';
  // vCard folds long lines (RFC 6350 §3.2), and writes commas and semicolons with a backslash.
  const unfolded = /^BEGIN:VCARD/i.test(text) ? text.replace(/\r?\n[ \t]/g, '').replace(/\\(?=[,;:])/g, '') : text;
  for (const address of writtenAddresses(unfolded)) list.addWritten(address);
}
