/** Files attached to an Outlook message (.msg, .oft), and to messages in it: each a storage of its own in the compound file (MS-OXMSG §2.2.2). */
import { utf16At } from '../../text/utf16.ts';
import { type Budget, leaveUnread, MAX_ONE } from './budget.ts';
import type { CompoundStream } from './compoundFile.ts';

export interface MessageFile {
  readonly name: string;
  readonly sizeBytes: number;
  read(): Buffer;
}

const ATTACHMENT = /(?:^|\/)__attach_version1\.0_[^/]*$/;
const PROPERTY = '__substg1.0_';
/** Its long name, its short one, the one that is shown (MS-OXPROPS §2.586, §2.584, §2.676). */
const NAMES = ['3707', '3704', '3001'];
const DATA = '37010102';
const UNICODE = '001f';
const EIGHT_BIT = '001e';
const MAX_NAME_BYTES = 8_192;
const MAX_NAME = 255; // characters, from the end
const MAX_FILES = 200;

/** `streams`: of the whole message. */
export function outlookFiles(streams: readonly CompoundStream[], budget: Budget): readonly MessageFile[] {
  const attached = streams.filter(({ folder }) => ATTACHMENT.test(folder));
  const folders = [...Map.groupBy(attached, ({ folder }) => folder).values()];
  if (folders.length > MAX_FILES) leaveUnread(budget, `files of a message beyond ${MAX_FILES}`);
  return folders.slice(0, MAX_FILES).flatMap((properties) => {
    const data = property(properties, DATA);
    if (data === undefined) return []; // a message, whose files have storages of their own; or somewhere else
    return [{ name: nameIn(properties), sizeBytes: data.sizeBytes, read: () => data.read(MAX_ONE) }];
  });
}

/** Its text in the forms that Outlook keeps side by side, and those of messages in it. */
export interface MessageBodies {
  readonly texts: readonly string[];
  readonly pages: readonly Buffer[];
  /** Packed. */
  readonly rtf: readonly Buffer[];
}

const BODY =
  /^__substg1\.0_(?:1000(?<wide>001f)|1000(?<narrow>001e)|1013(?<page>0102|001e)|1013(?<widePage>001f)|1009(?<rtf>0102))$/i;
const MAX_BODIES = 30;
const MAX_BODY = 512 * 1024;

/** PidTagBody, PidTagHtml, PidTagRtfCompressed (MS-OXCMSG §2.2.1.56). */
export function outlookBodies(streams: readonly CompoundStream[]): MessageBodies {
  const bodies = { texts: [] as string[], pages: [] as Buffer[], rtf: [] as Buffer[] };
  for (const { name, read } of streams.filter((one) => BODY.test(one.name)).slice(0, MAX_BODIES)) {
    const { wide, narrow, page, widePage } = BODY.exec(name)?.groups ?? {};
    const bytes = read(MAX_BODY);
    if (wide !== undefined) bodies.texts.push(utf16At(bytes));
    else if (narrow !== undefined) bodies.texts.push(bytes.toString('latin1'));
    else if (page !== undefined) bodies.pages.push(bytes);
    else if (widePage !== undefined) bodies.pages.push(Buffer.from(utf16At(bytes)));
    else bodies.rtf.push(bytes);
  }
  return bodies;
}

const property = (properties: readonly CompoundStream[], id: string): CompoundStream | undefined =>
  properties.find(({ name }) => name.toLowerCase() === `${PROPERTY}${id}`);

function nameIn(properties: readonly CompoundStream[]): string {
  for (const id of NAMES) {
    const wide = property(properties, `${id}${UNICODE}`)?.read(MAX_NAME_BYTES);
    const name =
      wide === undefined
        ? property(properties, `${id}${EIGHT_BIT}`)?.read(MAX_NAME_BYTES).toString('latin1')
        : utf16At(wide);
    const end = name?.indexOf('\0') ?? -1;
    const shown = end < 0 ? name : name?.slice(0, end);
    if (shown !== undefined && shown !== '') return shown.slice(-MAX_NAME);
  }
  return 'attachment';
}
