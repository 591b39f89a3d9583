/** The head of a request: "CHECK SPAMC/1.5", then fields as in mail, then an empty line. Exim's form for rspamd differs in the word RSPAMC. */
import { SpamdRefusal } from './refusal.ts';

export const COMMANDS = [
  'CHECK',
  'SYMBOLS',
  'REPORT',
  'REPORT_IFSPAM',
  'PROCESS',
  'HEADERS',
  'TELL',
  'PING',
  'SKIP',
] as const;
export type Command = (typeof COMMANDS)[number];

export interface SpamdHead {
  readonly command: Command;
  readonly dialect: 'spamc' | 'rspamc';
  /** 1.5 → 1.5; what came before 1.3 knows one header only in an answer. */
  readonly version: number;
  /** By lower-case name; in their order. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

const MAX_FIELDS = 1200; // Exim names each recipient in a field of its own: 1,000 are taken
const REQUEST_LINE = /^([A-Z_]{1,20}) (SPAMC|RSPAMC)\/(\d\.\d{1,2})$/;

/** Throws SpamdRefusal. */
export function parseHead(head: Buffer): SpamdHead {
  const [requestLine = '', ...lines] = head.toString().split(/\r?\n/);
  const [, word = '', dialect, version] = REQUEST_LINE.exec(requestLine.trimEnd()) ?? [];
  const command = COMMANDS.find((known) => known === word);
  if (command === undefined) {
    throw new SpamdRefusal('EX_PROTOCOL', `'${requestLine.slice(0, 40)}' is no request that is known here`);
  }
  if (lines.length > MAX_FIELDS) throw new SpamdRefusal('EX_PROTOCOL', `more than ${MAX_FIELDS} fields`);
  return {
    command,
    dialect: dialect === 'RSPAMC' ? 'rspamc' : 'spamc',
    version: Number(version),
    fields: fieldsIn(lines),
  };
}

function fieldsIn(lines: readonly string[]): SpamdHead['fields'] {
  const fields = new Map<string, string[]>();
  for (const line of lines) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    if (colon < 1) throw new SpamdRefusal('EX_PROTOCOL', `bad header line: '${line.slice(0, 40)}'`);
    const name = line.slice(0, colon).trim().toLowerCase();
    const values = fields.get(name) ?? [];
    values.push(line.slice(colon + 1).trim());
    fields.set(name, values);
  }
  return fields;
}

/** The bytes of the message that follow. Throws SpamdRefusal: absent, no number, or over the limit. */
export function lengthIn({ fields }: SpamdHead, maxMessageBytes: number): number {
  const text = fields.get('content-length')?.[0];
  if (text === undefined || !/^\d{1,12}$/.test(text)) {
    throw new SpamdRefusal('EX_PROTOCOL', 'Content-length is needed, in digits');
  }
  if (fields.has('compress')) throw new SpamdRefusal('EX_PROTOCOL', 'Compress is not read');
  const length = Number(text);
  if (length === 0) throw new SpamdRefusal('EX_DATAERR', 'the message is empty');
  if (length > maxMessageBytes) {
    throw new SpamdRefusal('EX_DATAERR', `the message has more than ${maxMessageBytes} bytes`);
  }
  return length;
}
