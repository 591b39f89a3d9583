/**
 * SPF (RFC 7208), DKIM (RFC 6376, 8301, 8463), DMARC (RFC 9989) and ARC (RFC 8617) by mailauth in its strict mode, within the limits of
 * signatures.ts and lookups.ts. Decisions and their reasons: docs/adr/0010.
 */
import { domainToASCII } from 'node:url';
import type { ARCData, DKIMResult, DKIMVerifyResult } from 'mailauth';
import type { AuthResult, Defect, DmarcPolicy, Envelope, Submission, Verification } from '../domain/mail.ts';
import { OWN_WORD } from '../domain/message.ts';
import type { Authenticator } from '../domain/ports.ts';
import { isLocalAddress } from '../text/localNetworks.ts';
import type { Dns } from './dns.ts';
import { type Lookups, startLookups } from './lookups.ts';
import { readSignedHead, type SignedHead } from './signatures.ts';
import { inSlices } from './slices.ts';

export interface AuthenticatorParts {
  readonly dns: Dns;
  /** For all DNS answers of one message together; milliseconds. */
  readonly budgetMs: number;
  /** Clients inside, whose mail is not verified. */
  readonly isInside?: (ip: string) => boolean;
}

const MIN_RSA_BITS = 1024; // RFC 8301 §3.2; OpenSSL itself refuses over 16,384
const STRICT = { strict: true, minBitLength: MIN_RSA_BITS } as const;

type Mailauth = Awaited<ReturnType<typeof loadMailauth>>;
type DmarcEvaluation = Awaited<ReturnType<Mailauth['evaluateDmarc']>>;

/** Only what is needed: the package's entry also loads BIMI with an HTTP client. */
async function loadMailauth() {
  const [{ dkimVerify }, { spf }, { evaluateDmarc }, { arc }] = await Promise.all([
    import('mailauth/lib/dkim/verify.js'),
    import('mailauth/lib/spf/index.js'),
    import('mailauth/lib/dmarc/index.js'),
    import('mailauth/lib/arc/index.js'),
  ]);
  return { dkimVerify, spf, evaluateDmarc, arc };
}

export async function openAuthenticator({
  dns,
  budgetMs,
  isInside = isLocalAddress,
}: AuthenticatorParts): Promise<Authenticator> {
  const mailauth = await loadMailauth();
  return {
    async verify(submission) {
      const client = clientOf(submission);
      if (client === undefined || isInside(client.clientIp)) return undefined;
      const lookups = startLookups(dns, budgetMs);
      try {
        return await verifyMail(mailauth, dns, lookups, submission, client);
      } catch (error) {
        return unverified(error instanceof Error ? error.message : String(error));
      } finally {
        lookups.close();
      }
    },
  };
}

interface SmtpClient extends Envelope {
  readonly clientIp: string;
  readonly mailFrom: string;
}

/** undefined for mail that did not come in from outside, of which too little is known, or whose bytes are not those that were signed. */
function clientOf({ envelope, direction, isRebuilt }: Submission): SmtpClient | undefined {
  const { clientIp, mailFrom, user } = envelope;
  if (isRebuilt === true) return undefined;
  if (clientIp === undefined || mailFrom === undefined || user !== undefined || direction !== 'inbound')
    return undefined;
  return { ...envelope, clientIp, mailFrom };
}

async function verifyMail(
  mailauth: Mailauth,
  dns: Dns,
  lookups: Lookups,
  { raw, receivedAt }: Submission,
  { clientIp, helo, mailFrom }: SmtpClient,
): Promise<Verification> {
  const head = readSignedHead(raw);
  // All keys at once, while the body is hashed: a slow name server then keeps no other key waiting.
  for (const name of head.keyNames) dns.resolve(name, 'TXT').catch(() => {});
  const [spf, { signed, refusal }] = await Promise.all([
    mailauth.spf({
      sender: mailFrom,
      ip: clientIp,
      helo: helo ?? 'unknown', // a single label: no identity to check when MAIL FROM is empty
      mta: 'tidemark',
      resolver: lookups.resolverFor('spf'),
      strict: true,
    }),
    readSignatures(mailauth, lookups, raw, head, receivedAt),
  ]);
  const spfResult = spf.status.result as AuthResult;
  const [dmarc, arc] = await Promise.all([
    mailauth.evaluateDmarc({
      headerFrom: signed.headerFrom,
      fromFields: signed.fromFields,
      spfDomains: spfResult === 'pass' ? [spf.domain] : [],
      dkimDomains: signed.results
        .filter(isWholePass)
        .map(({ id = '', signingDomain = '' }) => ({ id, domain: signingDomain })),
      resolver: lookups.resolverFor('dmarc'),
      strict: true,
    }),
    verifyArc(mailauth, lookups, signed),
  ]);
  const unanswered = [
    ...(spfResult === 'temperror' ? [spf.domain] : []),
    ...signed.results.flatMap(({ status, signingDomain = '' }) => (status.result === 'temperror' ? signingDomain : [])),
  ];
  return {
    authservId: OWN_WORD,
    spf: spfResult,
    ...(spfResult === 'none' ? {} : { spfDomain: spf.domain }),
    dkim: [...signed.results.flatMap(dkimOf), ...(refusal === undefined ? [] : [{ result: 'policy' } as const])],
    ...dmarcOf(dmarc, unanswered),
    arc,
    defects: defectsOf(signed.results, refusal),
  };
}

interface Signatures {
  readonly signed: DKIMVerifyResult;
  /** Why nothing but From was read. */
  readonly refusal?: string;
}

async function readSignatures(
  { dkimVerify }: Mailauth,
  lookups: Lookups,
  raw: Buffer,
  { isSigned, refusal, fromOnly }: SignedHead,
  receivedAt: number,
): Promise<Signatures> {
  const options = { ...STRICT, resolver: lookups.resolverFor('dkim'), curTime: new Date(receivedAt) };
  if (refusal !== undefined) return { signed: await dkimVerify(fromOnly, options), refusal };
  if (!isSigned) return { signed: await dkimVerify(fromOnly, options) };
  try {
    return { signed: await dkimVerify(inSlices(raw), options) };
  } catch (error) {
    return { signed: await dkimVerify(fromOnly, options), refusal: String(error) };
  }
}

async function verifyArc({ arc }: Mailauth, lookups: Lookups, { arc: chain }: DKIMVerifyResult): Promise<AuthResult> {
  if (chain === undefined) return 'none';
  const { status, signature } = await arc(chain as ARCData, { ...STRICT, resolver: lookups.resolverFor('arc') });
  const newest = chain.lastEntry?.messageSignature;
  // mailauth calls every failure of a chain permanent (RFC 8617 §5.2); one that DNS has caused is none yet.
  if (status.result === 'fail')
    return lookups.hadOutage('arc') || newest?.status.result === 'temperror' ? 'temperror' : 'fail';
  return signature && isUnsignedInPart(signature) ? 'policy' : (status.result as AuthResult);
}

/** l= shorter than the body: whoever passed the mail on may have put text below the signed one (RFC 6376 §8.2). */
const isUnsignedInPart = ({ status }: DKIMResult): boolean => (status.underSized ?? 0) > 0;
const isWholePass = (result: DKIMResult): boolean => result.status.result === 'pass' && !isUnsignedInPart(result);

function dkimOf(signature: DKIMResult): Verification['dkim'] {
  const { status, signingDomain = '' } = signature;
  if (status.result === 'none') return []; // mailauth's word for a mail without signatures
  const result = status.result === 'pass' && isUnsignedInPart(signature) ? 'policy' : (status.result as AuthResult);
  const domain = domainToASCII(signingDomain);
  return [{ result, ...(domain === '' ? {} : { domain }) }];
}

type Dmarc = Pick<Verification, 'dmarc' | 'dmarcDomain' | 'dmarcPolicy' | 'hasManyAuthors' | 'isIncomplete'>;

/**
 * `unanswered` are the domains of identities that were not checked for want of DNS. Those of a stranger change nothing, or a forger's own
 * silent name server would excuse him; one that would align leaves a failure open.
 */
function dmarcOf({ response, reason }: DmarcEvaluation, unanswered: readonly string[]): Dmarc {
  const hasManyAuthors = reason?.startsWith('multiple') === true;
  if (response === false) return { dmarc: hasManyAuthors ? 'permerror' : 'none', hasManyAuthors, isIncomplete: false };
  const { status, domain, policy } = response;
  const result = status.result as AuthResult;
  const isOpen = unanswered.some((name) => name === domain || name.toLowerCase().endsWith(`.${domain}`));
  const from = status.header?.from;
  return {
    dmarc: result === 'fail' && isOpen ? 'temperror' : result,
    ...(from === undefined ? {} : { dmarcDomain: from }),
    ...(policy === undefined ? {} : { dmarcPolicy: policy as DmarcPolicy }),
    hasManyAuthors,
    isIncomplete: result === 'temperror' || (result !== 'pass' && isOpen),
  };
}

function defectsOf(results: readonly DKIMResult[], refusal: string | undefined): readonly Defect[] {
  const cut = results.filter((result) => result.status.result === 'pass' && isUnsignedInPart(result));
  return [
    ...(refusal === undefined ? [] : [{ code: 'unverified-signatures', detail: refusal.slice(0, 200) } as const]),
    ...cut.map(({ signingDomain = '', status }): Defect => {
      const detail = `${status.underSized} bytes of the body are not covered by the signature of ${signingDomain.slice(0, 100)}`;
      return { code: 'unsigned-content', detail };
    }),
  ];
}

/** mailauth gave up on the mail: nothing of it is authenticated. */
const unverified = (why: string): Verification => ({
  authservId: OWN_WORD,
  dkim: [{ result: 'permerror' }],
  dmarc: 'permerror',
  hasManyAuthors: false,
  isIncomplete: false,
  defects: [{ code: 'unverified-signatures', detail: `the verifier failed: ${why.slice(0, 150)}` }],
});
