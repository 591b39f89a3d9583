/**
 * Outlook's own wrapping of a mail (TNEF, MS-OXTNEF; mostly "winmail.dat"): a list of attributes, some of which hold lists of MAPI properties
 * (MS-OXCDATA §2.11). Gives the files that Outlook shows as files of the mail, and the addresses in the bodies that it shows.
 */
import { utf16At } from '../../text/utf16.ts';
import { type Budget, leaveUnread } from './budget.ts';
import type { HazardList } from './hazards.ts';
import { addPageBody, addRtfBody, addTextBody } from './messageBodies.ts';

export interface WrappedFile {
  readonly name: string;
  readonly content: Buffer;
}

const HEADER = 6; // mark 4, key 2
const OF_FILE = 2; // level of an attribute: 1 is the message's, 2 a file's
/** Ids with their types (MS-OXTNEF §2.1.3.2). */
const ID = {
  body: 0x2_800c,
  properties: 0x6_9003,
  newFile: 0x6_9002,
  title: 0x1_8010,
  transportName: 0x6_9001,
  data: 0x6_800f,
  fileProperties: 0x6_9005,
} as const;
const MAX_ATTRIBUTES = 10_000;
const MAX_FILES = 200;
const MAX_NAME = 255; // characters, from the end

interface Attribute {
  readonly level: number;
  readonly id: number;
  readonly data: Buffer;
}

/** Level 1, id 4, length 4, data, checksum 2. One that is longer than what is left ends with it. */
function* attributesOf(content: Buffer, budget: Budget): Generator<Attribute> {
  let at = HEADER;
  for (let count = 0; at + 9 <= content.length; count++) {
    if (count >= MAX_ATTRIBUTES) {
      leaveUnread(budget, `attributes of a winmail.dat beyond ${MAX_ATTRIBUTES}`);
      return;
    }
    const length = content.readUInt32LE(at + 5);
    const data = content.subarray(at + 9, at + 9 + length);
    yield { level: content[at] ?? 0, id: content.readUInt32LE(at + 1), data };
    at += 9 + length + 2;
  }
}

interface FileParts {
  /** In the order in which Outlook prefers them. */
  readonly names: Map<number, string>;
  readonly contents: Buffer[];
}

/** `content` starts with the mark of TNEF. A file with names of several types is there under each. Never throws. */
export function filesInTnef(content: Buffer, budget: Budget): readonly WrappedFile[] {
  const files: FileParts[] = [];
  for (const { level, id, data } of attributesOf(content, budget)) {
    if (level !== OF_FILE) continue;
    const isNext = id === ID.newFile || files.length === 0;
    if (isNext && files.length >= MAX_FILES) {
      leaveUnread(budget, `files of a message beyond ${MAX_FILES}`);
      break;
    }
    if (isNext) files.push({ names: new Map(), contents: [] });
    const file = files.at(-1);
    if (file !== undefined) addAttribute(file, id, data, budget);
  }
  return files.flatMap(filesOf);
}

const LONG_NAME = 0x3707; // MS-OXPROPS §2.586
const SHORT_NAME = 0x3704;
const SHOWN_NAME = 0x3001;
const DATA = 0x3701; // binary, or an object: a message, an OLE object
/** The long one, that of transport, the title, the short one, what is shown. */
const NAMES = [LONG_NAME, ID.transportName, ID.title, SHORT_NAME, SHOWN_NAME];

function addAttribute({ names, contents }: FileParts, id: number, data: Buffer, budget: Budget): void {
  if (id === ID.data) contents.push(data);
  else if (id === ID.title || id === ID.transportName) names.set(id, eightBit(data));
  else if (id === ID.fileProperties) {
    for (const property of propertiesOf(data, budget)) {
      if (property.id === DATA)
        contents.push(property.type === TYPE.object ? property.data.subarray(16) : property.data);
      else if (NAMES.includes(property.id)) names.set(property.id, textOf(property));
    }
  }
}

function filesOf({ names, contents }: FileParts): readonly WrappedFile[] {
  const known = NAMES.map((id) => names.get(id) ?? '').filter((name) => name !== '');
  const [first = 'attachment', ...others] = known;
  // "REPORT~1.DOC" is "report of may.docx"; a name of another type is what some program goes by.
  const different = others.filter((name) => !endingOf(first).startsWith(endingOf(name)));
  return contents.flatMap((content) => [...new Set([first, ...different])].map((name) => ({ name, content })));
}

const endingOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1).toLowerCase();

const eightBit = (bytes: Buffer): string => shown(bytes.toString('latin1'));
const shown = (text: string): string => {
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).slice(-MAX_NAME).replaceAll('\\', '/').trim();
};

interface Property {
  readonly id: number;
  readonly type: number;
  readonly data: Buffer;
}

/** MS-OXCDATA §2.11.1. */
const TYPE = { object: 0x0d, text: 0x1e, wide: 0x1f, binary: 0x102 } as const;
const VARIABLE: ReadonlySet<number> = new Set(Object.values(TYPE));
/** Bytes of the others, a multiple of four. */
const FIXED: ReadonlyMap<number, number> = new Map([
  ...[0x02, 0x03, 0x04, 0x0a, 0x0b].map((type) => [type, 4] as const),
  ...[0x05, 0x06, 0x07, 0x14, 0x40].map((type) => [type, 8] as const),
  [0x48, 16],
]);
const MANY = 0x1000;
const FIRST_NAMED = 0x8000;
const MAX_PROPERTIES = 5_000;
const MAX_VALUES = 1_000;

/** Count 4, then type 2, id 2, a name for some, a count of values for those of any length, values (MS-OXTNEF §2.1.3.4). Ends at the first that makes no sense. */
function* propertiesOf(bytes: Buffer, budget: Budget): Generator<Property> {
  let at = 4;
  const number = (): number => {
    at += 4;
    return at <= bytes.length ? bytes.readUInt32LE(at - 4) : 0;
  };
  for (let count = 0; at + 4 <= bytes.length; count++) {
    if (count >= MAX_PROPERTIES) {
      leaveUnread(budget, `properties of a winmail.dat beyond ${MAX_PROPERTIES}`);
      return;
    }
    const tag = number();
    const id = tag >>> 16;
    const type = tag & 0xffff & ~MANY;
    if (id >= FIRST_NAMED) {
      at += 16; // of which set
      const isText = number() !== 0;
      const size = number();
      if (isText) at += padded(size); // else it is a number
    }
    const size = FIXED.get(type);
    if (size === undefined && !VARIABLE.has(type)) return;
    const values = size === undefined || (tag & MANY) !== 0 ? number() : 1;
    if (values > MAX_VALUES) return;
    for (let i = 0; i < values && at <= bytes.length; i++) {
      const length = size ?? number();
      yield { id, type, data: bytes.subarray(at, at + length) };
      at += padded(length);
    }
  }
}

const padded = (length: number): number => length + ((4 - (length % 4)) % 4);

const textOf = ({ type, data }: Property): string =>
  type === TYPE.wide ? shown(utf16At(data, 0, MAX_WRITTEN)) : shown(data.toString('latin1', 0, MAX_WRITTEN));
const MAX_WRITTEN = 64 * 1024; // bytes

const BODY = 0x1000;
const PACKED_RTF = 0x1009;
const HTML = 0x1013;

/** Where the bodies lead that Outlook shows in place of the mail's own, and what they have inside. */
export function addTnefBodies(content: Buffer, budget: Budget, list: HazardList): void {
  let text = '';
  const addText = (more: string): void => {
    if (text.length < MAX_TEXT) text += `${more.slice(0, MAX_TEXT)}\n`;
  };
  for (const { level, id, data } of attributesOf(content, budget)) {
    if (level === OF_FILE) continue;
    if (id === ID.body) addText(data.toString('latin1', 0, MAX_TEXT));
    if (id !== ID.properties) continue;
    for (const property of propertiesOf(data, budget)) {
      if (property.id === BODY)
        addText(property.type === TYPE.wide ? utf16At(property.data, 0, MAX_TEXT * 2) : latin1(property));
      else if (property.id === HTML) addPageBody(property.data, budget, list);
      else if (property.id === PACKED_RTF) addRtfBody(property.data, budget, list);
    }
  }
  addTextBody(text, budget, list);
}

const MAX_TEXT = 64 * 1024; // characters
const latin1 = ({ data }: Property): string => data.toString('latin1', 0, MAX_TEXT);
