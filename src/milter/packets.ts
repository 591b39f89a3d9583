/** What the MTA says: frames → packets. The commands are those of Sendmail's mfdef.h (SMFIC_…). */
import { type Frame, ProtocolError } from './frames.ts';

export type Packet =
  | { readonly kind: 'negotiate'; readonly version: number; readonly actions: number; readonly steps: number }
  /** Names without braces. `stage` is the command that they precede. */
  | { readonly kind: 'macros'; readonly stage: string; readonly values: ReadonlyMap<string, string> }
  /** `address` is absent for a client without one (a local program). */
  | { readonly kind: 'connect'; readonly host: string; readonly address?: string }
  | { readonly kind: 'helo'; readonly name: string }
  | { readonly kind: 'mail' | 'recipient'; readonly address: string }
  /** Bytes as latin1. The value has its leading space if that was agreed, and LF where it is folded. */
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'body' | 'end-of-message'; readonly chunk: Buffer }
  | { readonly kind: 'data' | 'end-of-headers' | 'unknown' | 'abort' | 'quit' | 'next-connection' };

export type PacketKind = Packet['kind'];

const MAX_MACROS = 100; // Sendmail and Postfix define some forty

/** Throws ProtocolError for what is no packet. */
export function toPacket({ command, data }: Frame): Packet {
  switch (command) {
    case 'O':
      return readOffer(data);
    case 'D':
      return readMacros(data);
    case 'C':
      return readConnect(data);
    case 'H':
      return { kind: 'helo', name: first(strings(data, 'utf8'), 'HELO without a name') };
    case 'M':
      return { kind: 'mail', address: first(strings(data, 'utf8'), 'MAIL without an address') };
    case 'R':
      return { kind: 'recipient', address: first(strings(data, 'utf8'), 'RCPT without an address') };
    case 'L':
      return readHeader(data);
    case 'B':
      return { kind: 'body', chunk: data };
    case 'E':
      return { kind: 'end-of-message', chunk: data };
    case 'T':
      return { kind: 'data' };
    case 'N':
      return { kind: 'end-of-headers' };
    case 'U':
      return { kind: 'unknown' };
    case 'A':
      return { kind: 'abort' };
    case 'Q':
      return { kind: 'quit' };
    case 'K':
      return { kind: 'next-connection' };
    default:
      throw new ProtocolError(`command ${JSON.stringify(command)} is not known`);
  }
}

const OFFER_BYTES = 12;

function readOffer(data: Buffer): Packet {
  if (data.length < OFFER_BYTES) throw new ProtocolError('an offer of options that is too short');
  return {
    kind: 'negotiate',
    version: data.readUInt32BE(0),
    actions: data.readUInt32BE(4),
    steps: data.readUInt32BE(8),
  };
}

function readMacros(data: Buffer): Packet {
  const stage = data.toString('latin1', 0, 1);
  if (stage === '') throw new ProtocolError('macros for no command');
  const words = strings(data.subarray(1), 'utf8', 2 * MAX_MACROS);
  const values = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    values.set((words[at] ?? '').replace(/^\{(.*)\}$/, '$1'), words[at + 1] ?? '');
  }
  return { kind: 'macros', stage, values };
}

/** Host name NUL, family, and for TCP: port (2 bytes), address NUL. */
function readConnect(data: Buffer): Packet {
  const end = data.indexOf(0);
  if (end < 0 || end + 1 >= data.length) throw new ProtocolError('a connection without an address family');
  const host = data.toString('utf8', 0, end);
  const family = data.toString('latin1', end + 1, end + 2);
  if (family !== '4' && family !== '6') return { kind: 'connect', host };
  const address = first(strings(data.subarray(end + 4), 'latin1'), 'a connection without an address');
  return { kind: 'connect', host, address: address.replace(/^IPv6:/i, '') };
}

/** Name NUL value NUL. A NUL inside the value stays: readers differ in what they make of it, which is for the detectors to say. */
function readHeader(data: Buffer): Packet {
  const nameEnd = data.indexOf(0);
  const end = data.length - 1;
  if (nameEnd < 0 || nameEnd === end || data[end] !== 0) throw new ProtocolError('a header without a value');
  return {
    kind: 'header',
    name: data.toString('latin1', 0, nameEnd),
    value: data.toString('latin1', nameEnd + 1, end),
  };
}

/** At most `limit` strings, each ended by NUL. Throws ProtocolError when an end is missing. */
function strings(data: Buffer, encoding: 'latin1' | 'utf8', limit = 1): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < data.length && found.length < limit; ) {
    const end = data.indexOf(0, at);
    if (end < 0) throw new ProtocolError('a string without an end');
    found.push(data.toString(encoding, at, end));
    at = end + 1;
  }
  return found;
}

function first(words: readonly string[], problem: string): string {
  const [word] = words;
  if (word === undefined) throw new ProtocolError(problem);
  return word;
}
