/**
 * Packets of OpenPGP (RFC 9580) as far as they show without a key: whether something could be a signature, or an encrypted message. Never
 * throws; linear in the bytes.
 */
import { createHash } from 'node:crypto';

interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

const SIGNATURE = 2;
/** Keys of the session, by a public key or a passphrase; padding, and the old mark. */
const BEFORE_ENCRYPTED: ReadonlySet<number> = new Set([1, 3, 10, 21]);
/** Encrypted data, with or without a check of its integrity; by the draft that GnuPG 2.3 writes. */
const ENCRYPTED: ReadonlySet<number> = new Set([9, 18, 20]);
const MAX_PACKETS = 100;
const MAX_SIGNATURES = 4; // each is compared with a digest of all that is signed
const MIN_PARTIAL = 512; // bytes of a piece: RFC 9580 §4.2.1.4 says so of the first, and no program writes smaller ones

/**
 * All of it is signatures, each as it is laid down. `forms`: the bytes that they are to be about; where a signature shows the beginning of
 * their digest, as those of version 4 do, one has to be it. Absent: any.
 */
export function couldBePgpSignature(armoured: string, forms?: readonly Buffer[]): boolean {
  const packets = packetsIn(dearmoured(armoured, 'SIGNATURE'));
  if (packets.length === 0 || packets.length > MAX_SIGNATURES) return false;
  return (
    packets.every(({ tag, body }) => tag === SIGNATURE && isLaidDown(body)) &&
    (forms === undefined || packets.some(({ body }) => couldBeAbout(body, forms)))
  );
}

/** Nothing that could be read without a key. */
export function isPgpEncrypted(armoured: string): boolean {
  const packets = packetsIn(dearmoured(armoured, 'MESSAGE'));
  const last = packets.at(-1);
  return (
    last !== undefined &&
    packets.length > 1 &&
    ENCRYPTED.has(last.tag) &&
    packets.slice(0, -1).every(({ tag }) => BEFORE_ENCRYPTED.has(tag))
  );
}

const ARMOUR_HEADERS = /^(?:[A-Za-z]{1,40}: [^\r\n]{0,1000}\r?\n){0,20}[ \t]*\r?\n/;
const BASE64 = /^[A-Za-z0-9+/=\s]*$/;

/** Empty for what is no armour with that name (RFC 9580 §6.2), and nothing beside. Its checksum nobody has to look at (§6.1). */
function dearmoured(text: string, name: 'SIGNATURE' | 'MESSAGE'): Buffer {
  const [begin, end] = [`-----BEGIN PGP ${name}-----`, `-----END PGP ${name}-----`];
  const trimmed = text.trim();
  if (!trimmed.startsWith(begin) || !trimmed.endsWith(end)) return Buffer.alloc(0);
  const inside = trimmed.slice(begin.length, -end.length).replace(/^[ \t]*\r?\n/, '');
  const written = inside.replace(ARMOUR_HEADERS, '').replace(/\r?\n=[A-Za-z0-9+/]{4}\s*$/, '');
  return BASE64.test(written) ? Buffer.from(written, 'base64') : Buffer.alloc(0);
}

/** Empty where they do not make up the whole. */
function packetsIn(bytes: Buffer): readonly Packet[] {
  const found: Packet[] = [];
  let at = 0;
  while (at < bytes.length) {
    const packet = found.length < MAX_PACKETS ? packetAt(bytes, at) : undefined;
    if (packet === undefined) return [];
    found.push(packet);
    at = packet.end;
  }
  return found;
}

function packetAt(bytes: Buffer, at: number): (Packet & { readonly end: number }) | undefined {
  const first = bytes[at] ?? 0;
  if ((first & 0x80) === 0) return undefined;
  const isOld = (first & 0x40) === 0;
  const tag = isOld ? (first >> 2) & 0x0f : first & 0x3f;
  const pieces: Buffer[] = [];
  for (let next = at + 1; ; ) {
    const length = isOld ? oldLength(bytes, next, first & 3) : newLength(bytes, next);
    if (length === undefined || length.start + length.bytes > bytes.length) return undefined;
    if (length.isPartial && length.bytes < MIN_PARTIAL) return undefined;
    next = length.start + length.bytes;
    pieces.push(bytes.subarray(length.start, next));
    if (!length.isPartial) return { tag, body: Buffer.concat(pieces), end: next };
  }
}

interface Length {
  /** Of what it is the length of. */
  readonly start: number;
  readonly bytes: number;
  /** Another piece follows. */
  readonly isPartial?: true;
}

/** RFC 9580 §4.2.2: `kind` 3 is all that is left. */
function oldLength(bytes: Buffer, at: number, kind: number): Length | undefined {
  if (kind === 3) return { start: at, bytes: bytes.length - at };
  const size = 1 << kind;
  return at + size > bytes.length ? undefined : { start: at + size, bytes: bytes.readUIntBE(at, size) };
}

/** RFC 9580 §4.2.1. */
function newLength(bytes: Buffer, at: number): Length | undefined {
  const [first, second = 0] = bytes.subarray(at, at + 2);
  if (first === undefined) return undefined;
  if (first < 192) return { start: at + 1, bytes: first };
  if (first < 224) return { start: at + 2, bytes: ((first - 192) << 8) + second + 192 };
  if (first < 255) return { start: at + 1, bytes: 2 ** (first & 0x1f), isPartial: true };
  return at + 5 > bytes.length ? undefined : { start: at + 5, bytes: bytes.readUInt32BE(at + 1) };
}

/** Numbers that a signature consists of, by algorithm (RFC 9580 §5.2.3): RSA, DSA, ECDSA, EdDSA of old. */
const NUMBERS: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [3, 1],
  [17, 2],
  [19, 2],
  [22, 2],
]);
/** Bytes of those that are none: Ed25519, Ed448. */
const BYTES: ReadonlyMap<number, number> = new Map([
  [27, 64],
  [28, 114],
]);
const SHORTEST = 19; // bytes: of version 3, with the least number

/** Of versions 3, 5 and 6, which are rare, only the beginning. */
function isLaidDown(body: Buffer): boolean {
  const [version, , algorithm = 0] = body;
  if (version !== 4) return (version === 3 || version === 5 || version === 6) && body.length >= SHORTEST;
  const hashedEnd = fieldEnd(body, 4);
  const numbersStart = fieldEnd(body, hashedEnd) + 2;
  const left = body.length - numbersStart;
  if (left <= 0) return false;
  if (BYTES.has(algorithm)) return left === BYTES.get(algorithm);
  const numberCount = NUMBERS.get(algorithm);
  if (numberCount === undefined) return true;
  let at = numbersStart;
  for (let count = numberCount; count > 0; count--) {
    if (at + 2 >= body.length) return false;
    at += 2 + Math.ceil(body.readUInt16BE(at) / 8);
  }
  return at === body.length;
}

/** Of what says its length in two bytes; past the end where nothing is left of it. */
const fieldEnd = (body: Buffer, at: number): number =>
  at + 2 > body.length ? body.length : at + 2 + body.readUInt16BE(at);

const HASHES: ReadonlyMap<number, string> = new Map([
  [1, 'md5'],
  [2, 'sha1'],
  [3, 'ripemd160'],
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
  [11, 'sha224'],
  [12, 'sha3-256'],
  [14, 'sha3-512'],
]);

/** The first two bytes of the digest stand beside the signature (RFC 9580 §5.2.3, §5.2.4). */
function couldBeAbout(body: Buffer, forms: readonly Buffer[]): boolean {
  const hash = HASHES.get(body[3] ?? 0);
  if (body[0] !== 4 || hash === undefined) return true;
  const hashedEnd = fieldEnd(body, 4);
  const shown = fieldEnd(body, hashedEnd);
  const trailer = Buffer.alloc(6);
  trailer.writeUInt16BE(0x04ff);
  trailer.writeUInt32BE(hashedEnd, 2);
  return forms.some((form) => {
    const digest = createHash(hash).update(form).update(body.subarray(0, hashedEnd)).update(trailer).digest();
    return digest.subarray(0, 2).equals(body.subarray(shown, shown + 2));
  });
}
