/**
 * Whether a CMS signature (RFC 5652 §5) could be a real one: it is about these very bytes, and made with the key of a certificate that comes
 * with it. Who that is nobody says: anybody can make a certificate. Never throws; bounded, and linear.
 */
import { constants, createHash, verify, X509Certificate } from 'node:crypto';
import {
  childrenOf,
  type Element,
  EXPLICIT,
  elementsIn,
  INTEGER,
  OCTETS,
  OCTETS_IN_PIECES,
  octetsOf,
  oidIn,
  SEQUENCE,
  SET,
} from './ber.ts';
import { SIGNED_DATA, unarmoured } from './signedData.ts';

const MAX_SIGNERS = 4;
const MAX_CERTIFICATES = 20;
const MAX_ATTRIBUTES = 40;
const MAX_TRIES = 20; // signatures verified, of all signers

const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['2a864886f70d0205', 'md5'],
  ['2b0e03021a', 'sha1'],
  ['608648016503040204', 'sha224'],
  ['608648016503040201', 'sha256'],
  ['608648016503040202', 'sha384'],
  ['608648016503040203', 'sha512'],
]);
const MESSAGE_DIGEST = '2a864886f70d010904'; // 1.2.840.113549.1.9.4
const PSS = '2a864886f70d01010a'; // 1.2.840.113549.1.1.10

interface SignedBy {
  readonly certificates: readonly X509Certificate[];
  triesLeft: number;
}

/**
 * `forms`: the bytes that it is to be about, as they may be written; absent: what it carries itself. Where an algorithm is unknown here, or
 * the certificate did not come with it, nothing speaks against it.
 */
export function couldBeSignature(bytes: Buffer, forms?: readonly Buffer[]): boolean {
  const [type, explicit] = childrenOf(unarmoured(bytes), SEQUENCE, 2);
  if (oidIn(type) !== SIGNED_DATA || explicit?.tag !== EXPLICIT) return false;
  const [version, digests, info, ...others] = childrenOf(explicit.content, SEQUENCE, 6);
  const signers = others.find(({ tag }) => tag === SET);
  if (version?.tag !== INTEGER || digests?.tag !== SET || info?.tag !== SEQUENCE || signers === undefined) return false;
  const content = forms ?? carriedIn(info);
  const certificates = certificatesIn(others.find(({ tag }) => tag === EXPLICIT));
  const signedBy: SignedBy = { certificates, triesLeft: MAX_TRIES };
  return elementsIn(signers.content, MAX_SIGNERS).some((signer) => couldSign(signer, content, signedBy));
}

function carriedIn(info: Element): readonly Buffer[] {
  const [, explicit] = elementsIn(info.content, 2);
  const [octets] = explicit?.tag === EXPLICIT ? elementsIn(explicit.content, 1) : [];
  return octets?.tag === OCTETS || octets?.tag === OCTETS_IN_PIECES ? [octetsOf(octets)] : [];
}

function certificatesIn(set: Element | undefined): readonly X509Certificate[] {
  const written = set === undefined ? [] : elementsIn(set.content, MAX_CERTIFICATES);
  return written.flatMap(({ whole }) => {
    try {
      return [new X509Certificate(whole)];
    } catch {
      return []; // another kind of certificate, or none
    }
  });
}

/** SignerInfo (RFC 5652 §5.3): what is signed is the content, or attributes that hold its digest. */
function couldSign(signer: Element, forms: readonly Buffer[], signedBy: SignedBy): boolean {
  const [version, identifier, digest, ...others] = elementsIn(signer.content, 7);
  const attributes = others[0]?.tag === EXPLICIT ? others.shift() : undefined;
  const [algorithm, signature] = others;
  if (signer.tag !== SEQUENCE || version?.tag !== INTEGER || identifier === undefined) return false;
  if (digest?.tag !== SEQUENCE || algorithm?.tag !== SEQUENCE || signature?.tag !== OCTETS) return false;
  if (signature.content.length === 0 || forms.length === 0) return false;
  const hash = DIGESTS.get(oidIn(elementsIn(digest.content, 1)[0]));
  if (hash === undefined) return true;
  if (attributes !== undefined && !isAbout(attributes, hash, forms)) return false;
  // What is signed is their DER, as the set that they are (§5.4).
  const signed = attributes === undefined ? forms : [Buffer.concat([Buffer.of(SET), attributes.whole.subarray(1)])];
  const isPss = oidIn(elementsIn(algorithm.content, 1)[0]) === PSS;
  const keys = signedBy.certificates.filter((certificate) => isNamed(certificate, identifier));
  return (
    keys.length === 0 || keys.some((key) => signed.some((one) => verifies(key, hash, isPss, one, signature, signedBy)))
  );
}

function isAbout(attributes: Element, hash: string, forms: readonly Buffer[]): boolean {
  for (const attribute of elementsIn(attributes.content, MAX_ATTRIBUTES)) {
    const [type, values] = elementsIn(attribute.content, 2);
    if (oidIn(type) !== MESSAGE_DIGEST || values?.tag !== SET) continue;
    const [value] = elementsIn(values.content, 1);
    return value?.tag === OCTETS && forms.some((form) => createHash(hash).update(form).digest().equals(value.content));
  }
  return false;
}

/** By issuer and serial number; by the identifier of a key, which may be any of them. */
function isNamed({ serialNumber }: X509Certificate, identifier: Element): boolean {
  if (identifier.tag !== SEQUENCE) return true;
  const serial = elementsIn(identifier.content, 2)[1]?.content.toString('hex') ?? '';
  return withoutZeros(serial) === withoutZeros(serialNumber.toLowerCase());
}

const withoutZeros = (hex: string): string => hex.replace(/^0+/, '');

/** What the certificate's key cannot be asked here, it does not deny. */
function verifies(
  certificate: X509Certificate,
  hash: string,
  isPss: boolean,
  signed: Buffer,
  { content: signature }: Element,
  signedBy: SignedBy,
): boolean {
  if (signedBy.triesLeft-- <= 0) return false;
  try {
    const { publicKey: key } = certificate;
    const algorithm = key.asymmetricKeyType?.startsWith('ed') === true ? null : hash;
    return verify(algorithm, signed, isPss ? { key, ...PSS_PADDING } : key, signature);
  } catch {
    return true;
  }
}

const PSS_PADDING = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
