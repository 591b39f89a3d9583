/**
 * A suspicious file → a harmless rendering of it, or why there is none (docs/adr/0020). The reader that judges mail reads what comes out, and
 * nothing that it finds may be left.
 */
import type { Flattened } from '../../domain/strip.ts';
import { type AttachmentsRead, readAttachments } from '../attachments.ts';
import { newBudget } from '../files/budget.ts';
import { readTrueType } from '../files/trueType.ts';
import { zipBomb } from '../files/zipEntries.ts';
import { officeText } from './officeText.ts';
import { harmlessPdf } from './pdf.ts';

const MAX_PDF = 8 * 1024 * 1024; // bytes: of a longer one the reader leaves the middle unread

/** Never rejects: what breaks a reader has no rendering. */
export async function flatten(content: Buffer, fileName: string): Promise<Flattened> {
  try {
    return await rendering(content, fileName);
  } catch (error) {
    return none(`the reader failed (${error instanceof Error ? error.message : ''})`);
  }
}

const none = (whyNot: string): Flattened => ({ to: 'nothing', whyNot });

async function rendering(content: Buffer, fileName: string): Promise<Flattened> {
  const extension = /\.(\w{1,8})$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
  const { trueType = '', zip, isEncrypted = false } = await readTrueType(content, extension, '', newBudget());
  if (isEncrypted) return none('it is encrypted');
  if (trueType === 'pdf') return extension === 'pdf' ? pdf(content) : none('it is a PDF by another name');
  if (zip === undefined || zipBomb(zip, content.length) !== undefined) return none('no text can be read from its kind');
  const text = officeText(content, trueType, zip.entries);
  if (text === undefined) return none('no text was found in it');
  // Addresses may stay: strip writes them so that nobody can click on them.
  const left = firstHazard(await readFile(Buffer.from(text), 'flattened.txt', 'text/plain'));
  return left === undefined ? { to: 'text', text } : none(`its text holds ${left}`);
}

async function pdf(content: Buffer): Promise<Flattened> {
  if (content.length > MAX_PDF) return none('it is too long');
  const harmless = harmlessPdf(content);
  if (typeof harmless === 'string') return none(harmless);
  const left = await foundIn(harmless);
  return left === undefined ? { to: 'pdf', content: harmless } : none(`it still holds ${left}`);
}

/** The first thing that our own reader has to say against a PDF; undefined: nothing, and all of it was read. */
async function foundIn(content: Buffer): Promise<string | undefined> {
  const read = await readFile(content, 'flattened.pdf', 'application/pdf');
  return read.links[0]?.url ?? firstHazard(read);
}

const readFile = (content: Buffer, fileName: string, declaredType: string): Promise<AttachmentsRead> =>
  readAttachments({ parts: [{ fileName, declaredType, content, sizeBytes: content.length, isInline: false }] });

function firstHazard({ attachments, defects }: AttachmentsRead): string | undefined {
  const hazard = attachments[0]?.hazards[0] ?? attachments[0]?.activeContent[0];
  if (hazard !== undefined) return typeof hazard === 'string' ? hazard : `${hazard.kind} ${hazard.quote}`;
  return defects[0]?.detail;
}
