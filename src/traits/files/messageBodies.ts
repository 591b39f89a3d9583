/** Bodies of a message that is a file: where they lead. Mail programs make links of addresses in the text, so they count as links. */
import { beginningOf } from '../textType.ts';
import { type Budget, searchable } from './budget.ts';
import type { HazardList } from './hazards.ts';
import { unpackRtf } from './packedRtf.ts';
import { readPageAddresses } from './pageInside.ts';
import { addRtfHazards } from './rtfFile.ts';
import { writtenAddresses } from './writtenAddresses.ts';

const MAX_PAGE = 1024 * 1024; // bytes

export function addPageBody(page: Buffer, budget: Budget, list: HazardList): void {
  addPage(beginningOf(page, MAX_PAGE) ?? page.toString('utf8', 0, MAX_PAGE), budget, list);
}

export function addTextBody(text: string, budget: Budget, list: HazardList): void {
  const part = text.slice(0, Math.max(0, budget.texts));
  budget.texts -= part.length;
  for (const address of writtenAddresses(part)) list.addAddress(address);
}

const TAG = /\{\\\*\\htmltag\d{0,5} ?([^{}]{1,4000})\}/g;
const MAX_TAGS = 5_000;

/** `packed` as in PidTagRtfCompressed. The HTML that a body was made of stands in it, tag by tag (MS-OXRTFEX). */
export function addRtfBody(packed: Buffer, budget: Budget, list: HazardList): void {
  const rtf = searchable(unpackRtf(packed, budget), budget);
  const tags = [...rtf.toString('latin1').matchAll(TAG).take(MAX_TAGS)];
  if (tags.length > 0) addPage(tags.map(([, tag]) => tag).join(''), budget, list);
  addRtfHazards(rtf, budget, list);
}

function addPage(html: string, budget: Budget, list: HazardList): void {
  const { targets, written } = readPageAddresses(html, budget);
  for (const address of [...targets, ...written]) list.addAddress(address);
}
