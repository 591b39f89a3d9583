/**
 * What a change would break: S/MIME (RFC 8551) and PGP (RFC 3156, and text signed in the clear, RFC 9580 §7). DKIM is no such thing. Who only
 * says that it is signed or encrypted gains nothing by it: there is nothing to break (docs/adr/0029).
 */
import { canonicalForms } from '../../text/canonicalText.ts';
import { couldBeSignature } from '../../text/cmsSignature.ts';
import { couldBePgpSignature, isPgpEncrypted } from '../../text/pgpPackets.ts';
import { isSmime, readSignedData } from '../../text/signedData.ts';
import { decodedBody } from './encodings.ts';
import type { Entity } from './entities.ts';
import { Refused, STRIP_LIMITS } from './limits.ts';
import type { Splice } from './splices.ts';
import type { Stripping } from './stripping.ts';

export type Protection = 'signed' | 'encrypted';

/** 'unreadable': nobody can say what a mail program makes of it. */
export type Seal = Protection | 'unreadable';

/** Of the part itself. Rejects with Refused. */
export async function protectionOf(raw: Buffer, entity: Entity, stripping: Stripping): Promise<Protection | undefined> {
  const { multipart } = entity.node;
  if (multipart !== 'signed' && multipart !== 'encrypted') return undefined;
  // Of two parts, and no more, which would stand beside it (RFC 1847 §2).
  const [first, second, ...others] = entity.children;
  if (first === undefined || second === undefined || others.length > 0) return undefined;
  countSeal(stripping);
  if (multipart === 'encrypted') return (await isEncrypted(raw, first, second)) ? 'encrypted' : undefined;
  return (await isSignature(raw, entity, first, second)) ? 'signed' : undefined;
}

/** Of a part in one piece, which can be taken out, but not changed; undefined: it is no such part. */
export async function sealOf(raw: Buffer, leaf: Entity, stripping: Stripping): Promise<Seal | undefined> {
  if (!isSmime(typeOf(leaf), nameOf(leaf))) return undefined;
  countSeal(stripping);
  const content = await decodedBody(raw, leaf);
  if (readSignedData(content, 0).kind === 'closed') return 'encrypted';
  return couldBeSignature(content) ? 'signed' : 'unreadable';
}

/** Of a message that is such a part: by its type, since by a name alone it is shown as what it is. */
export const wholeSealOf = async (raw: Buffer, root: Entity, stripping: Stripping): Promise<Seal | undefined> =>
  isSmime(typeOf(root), '') ? sealOf(raw, root, stripping) : undefined;

export const refusedFor = (seal: Seal, what: string): Refused =>
  seal === 'unreadable'
    ? new Refused('untraceable', `${what} is signed or encrypted in a way that cannot be read`)
    : new Refused(seal, `${what} is ${seal}`);

function countSeal(stripping: Stripping): void {
  if (++stripping.sealCount > STRIP_LIMITS.seals)
    throw new Refused('over-limit', `over ${STRIP_LIMITS.seals} signatures`);
}

async function isSignature(raw: Buffer, entity: Entity, signed: Entity, signature: Entity): Promise<boolean> {
  const bytes = await decodedBody(raw, signature);
  const isPgp = typeOf(signature) === 'application/pgp-signature';
  if (!isPgp && !SMIME_SIGNATURE.test(typeOf(signature))) return false;
  const forms = canonicalForms(raw.subarray(signed.headStart, endOf(raw, entity, signature)));
  return isPgp ? couldBePgpSignature(bytes.toString('latin1'), forms) : couldBeSignature(bytes, forms);
}

const SMIME_SIGNATURE = /^application\/(?:x-)?pkcs7-signature$/;

/** Where the part ends that `next` follows: in front of the line break of the boundary between them. */
function endOf(raw: Buffer, { node: { _boundary: boundary } }: Entity, next: Entity): number {
  const delimiter = Buffer.concat([Buffer.from('\n--'), boundary === false ? Buffer.alloc(0) : boundary]);
  const at = raw.subarray(0, next.headStart).lastIndexOf(delimiter);
  return raw[at - 1] === CR ? at - 1 : Math.max(0, at);
}

const CR = 13;

async function isEncrypted(raw: Buffer, control: Entity, data: Entity): Promise<boolean> {
  if (typeOf(control) !== 'application/pgp-encrypted' || data.children.length > 0) return false;
  const version = (await decodedBody(raw, control)).toString('latin1').trim();
  return /^version: 1$/i.test(version) && isPgpEncrypted((await decodedBody(raw, data)).toString('latin1'));
}

const typeOf = ({ node: { contentType } }: Entity): string => (contentType === false ? '' : contentType);
const nameOf = ({ node: { filename } }: Entity): string => (filename === false ? '' : filename);

const BEGIN = '-----BEGIN PGP SIGNED MESSAGE-----';
const BEGIN_SIGNATURE = '\n-----BEGIN PGP SIGNATURE-----';
const END = '\n-----END PGP SIGNATURE-----';

/** Whether one of them falls into what is signed in the clear. */
export function isInSigned(text: string, splices: readonly Splice<string>[]): boolean {
  const ordered = splices.toSorted((a, b) => a.start - b.start);
  let next = 0;
  for (let from = text.indexOf(BEGIN); from >= 0; ) {
    const signatureAt = text.indexOf(BEGIN_SIGNATURE, from);
    const endAt = signatureAt < 0 ? -1 : text.indexOf(END, signatureAt);
    if (endAt < 0) return false;
    const to = endAt + END.length;
    while ((ordered[next]?.end ?? text.length) <= from) next++;
    const isChanged = (ordered[next]?.start ?? text.length) < to;
    if (isChanged && couldBePgpSignature(text.slice(signatureAt, to))) return true;
    from = text.indexOf(BEGIN, to);
  }
  return false;
}
