/** A zip whose only entry says that it is encrypted. It holds a line of text, and nothing is locked. */
import { type AttachedFile, zip } from './files.ts';

const ENCRYPTED = 1; // general purpose bit 0: APPNOTE.TXT §4.4.4

export const encrypted = (fileName: string): AttachedFile => ({
  fileName,
  type: 'application/zip',
  content: zip({ 'document.docx': Buffer.from('nothing here\n') }, ENCRYPTED),
});
