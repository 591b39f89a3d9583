/**
 * A whole Office file as one XML: that of Word and PowerPoint ("Flat OPC", ECMA-376 part 2 annex), whose parts are elements, and that of
 * Word 2003. Macros, objects and documents stand in it as base64.
 */

import { type Budget, leaveUnread } from './budget.ts';
import { addFieldCommands, addFormulaCommands } from './commandFields.ts';
import type { HazardList } from './hazards.ts';
import { addXmlAddresses, isFlatOffice } from './officeAddresses.ts';
import { ACTIVE_MIME, addOfficeOleHazards, unpackActiveMime } from './officeOle.ts';
import { isCompound, isKeptFile } from './officeParts.ts';
import { addRelationsOf, addTemplate } from './officeZip.ts';
import { walkXml } from './xmlText.ts';

const MAX_OBJECTS = 20;
/** Names of elements have no entities. */
const HAS_PARTS = /Relationship|binaryData|binData|attachedTemplate/;
/** Of flat packages and of Word 2003. */
const BINARY: ReadonlySet<string> = new Set(['binaryData', 'binData']);

export function addFlatXmlHazards(xml: string, budget: Budget, list: HazardList): void {
  addFieldCommands(xml, list);
  addFormulaCommands(xml, list);
  const hasParts = HAS_PARTS.test(xml);
  if (hasParts || isFlatOffice(xml)) addXmlAddresses(xml, budget, list);
  if (!hasParts) return;
  addRelationsOf(xml, budget, list);
  let part = '';
  let pieces: string[] | undefined;
  let count = 0;
  walkXml(xml, {
    open(name, attributes) {
      if (name === 'part') part = (attributes.get('name') ?? '').replace(/^\//, '');
      if (name === 'attachedTemplate') addTemplate(attributes.get('val') ?? '', list);
      if (BINARY.has(name)) pieces = [];
    },
    text: (piece) => pieces?.push(piece),
    close(name) {
      if (pieces === undefined || !BINARY.has(name)) return;
      const written = pieces.join('');
      pieces = undefined;
      const isWorth = isWorthDecoding(written);
      if (isWorth && ++count <= MAX_OBJECTS) addBinary(Buffer.from(written, 'base64'), part, budget, list);
      else if (isWorth) leaveUnread(budget, `objects of an XML document beyond ${MAX_OBJECTS}`);
    },
  });
}

const BEGINNING = 64; // characters

/** Pictures are most of what there is. */
function isWorthDecoding(written: string): boolean {
  const bytes = Buffer.from(written.slice(0, BEGINNING), 'base64');
  return isCompound(bytes) || isKeptFile(bytes) || isActiveMime(bytes);
}

const isActiveMime = (bytes: Buffer): boolean => bytes.subarray(0, ACTIVE_MIME.length).equals(ACTIVE_MIME);

function addBinary(bytes: Buffer, part: string, budget: Budget, list: HazardList): void {
  const compound = isActiveMime(bytes) ? unpackActiveMime(bytes, budget) : bytes;
  if (compound !== undefined && isCompound(compound)) addOfficeOleHazards(compound, budget, list);
  else if (isKeptFile(bytes))
    list.keep({ name: part === '' ? 'object' : part, sizeBytes: bytes.length, read: () => bytes });
}
