/** Files attached to an Outlook message (.msg, .oft), and to messages in it: each a storage of its own in the compound file (MS-OXMSG §2.2.2). */
import { utf16At } from '../../text/utf16.ts';
import { type Budget, leaveUnread, MAX_ONE } from './budget.ts';
import { type CompoundStream, readCompound } from './compoundFile.ts';

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

/** `content` starts with the mark of a compound file. */
export function outlookFiles(content: Buffer, budget: Budget): readonly MessageFile[] {
  const streams = readCompound(content, budget).filter(({ folder }) => ATTACHMENT.test(folder));
  const folders = [...Map.groupBy(streams, ({ folder }) => folder).values()];
  if (folders.length > MAX_FILES) leaveUnread(budget, `files of a message beyond ${MAX_FILES}`);
  return folders.slice(0, MAX_FILES).flatMap((properties) => {
    const data = property(properties, DATA);
    if (data === undefined) return []; // a message, whose files have storages of their own; or somewhere else
    return [{ name: nameIn(properties), sizeBytes: data.sizeBytes, read: () => data.read(MAX_ONE) }];
  });
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
