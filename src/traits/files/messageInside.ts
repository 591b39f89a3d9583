/** The files of a message that is a file, and where its text leads: Outlook's, its winmail.dat, and mails in archives. */
import { filesInMessage } from '../../text/messageFiles.ts';
import { kindOfExtension } from '../fileKind.ts';
import { type Budget, leaveUnread, MAX_DEPTH, MAX_ONE } from './budget.ts';
import { readCompound } from './compoundFile.ts';
import type { HazardList } from './hazards.ts';
import { addPageBody, addRtfBody, addTextBody } from './messageBodies.ts';
import { outlookBodies, outlookFiles } from './outlookMessage.ts';
import { filesInTnef } from './tnefFile.ts';
import { isCompound, isContainer, type TrueType } from './trueType.ts';

/** A file inside another, unpacked on demand. */
export interface Inner {
  readonly name: string;
  /** The size it declares, else has. */
  readonly sizeBytes: number;
  /** All that a gzip packs. */
  readonly isSole?: boolean;
  read(): Buffer | undefined | Promise<Buffer | undefined>;
}

/** Outlook's, also where it passes for another kind of compound file; and a mail that is no part of this one, whose files are its own. */
export const isMessage = (told: TrueType, extension: string): boolean =>
  !isContainer(told) && (MESSAGES.has(told.trueType ?? '') || kindOfExtension(extension) === 'message');

const MESSAGES: ReadonlySet<string> = new Set(['msg', 'eml', 'tnef']);

export async function filesOfMessage(
  content: Buffer,
  { trueType = '' }: TrueType,
  depth: number,
  budget: Budget,
  list: HazardList,
): Promise<readonly Inner[]> {
  if (depth >= MAX_DEPTH) {
    leaveUnread(budget, 'files of messages in messages');
    return [];
  }
  if (isCompound(trueType)) {
    const streams = readCompound(content, budget);
    const { texts, pages, rtf } = outlookBodies(streams);
    for (const page of pages) addPageBody(page, budget, list);
    for (const text of texts) addTextBody(text, budget, list);
    for (const packed of rtf) addRtfBody(packed, budget, list);
    return outlookFiles(streams, budget);
  }
  if (trueType === 'tnef')
    return filesInTnef(content, budget).map(({ name, content: data }) => ({
      name,
      sizeBytes: data.length,
      read: () => data,
    }));
  if (depth === 0) return []; // a part of the mail: the parser has read it
  if (content.length > MAX_ONE) leaveUnread(budget, 'the rest of a long message');
  const { files, texts, whyCut } = await filesInMessage(linesOf(content.subarray(0, MAX_ONE), budget));
  if (whyCut !== undefined) leaveUnread(budget, `a message (${whyCut})`);
  for (const { isHtml, read } of texts.slice(0, MAX_TEXTS)) {
    if (isHtml) addPageBody(await read(), budget, list);
    else addTextBody((await read()).toString('utf8'), budget, list);
  }
  return files.map(({ name, sizeBytes, read }) => ({
    name,
    sizeBytes,
    read: async () => affordable(await read(), budget),
  }));
}

const MAX_TEXTS = 20; // parts

const LINE_COST = 64; // bytes searched: a splitter of mail takes a step for each line, be it empty

/** As many as there is room for. */
function linesOf(content: Buffer, budget: Budget): Buffer {
  let end = 0;
  while (end < content.length) {
    const next = content.indexOf(10, end) + 1 || content.length;
    if (LINE_COST + next - end > budget.scanned) break;
    budget.scanned -= LINE_COST + next - end;
    end = next;
  }
  if (end < content.length) leaveUnread(budget, 'the rest of a long message');
  return content.subarray(0, end);
}

/** What encodings make of it may be larger than what was searched. */
function affordable(content: Buffer, budget: Budget): Buffer {
  const part = content.subarray(0, Math.min(MAX_ONE, Math.max(0, budget.bytes)));
  budget.bytes -= part.length;
  if (part.length < content.length) leaveUnread(budget, 'the rest of a file in a message');
  return part;
}
