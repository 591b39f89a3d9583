/** What is held, or delivered without something, is kept first: the MTA hears of it only when it is durable. */
import type { HeldContent, Keep, KeepRequest } from '../domain/custody.ts';
import type { Envelope } from '../domain/mail.ts';
import type { IntakeRequest } from '../domain/service.ts';
import type { Verdict } from '../domain/verdict.ts';
import { envelopeRecipient } from '../text/envelopeAddress.ts';
import { type Mail, type Outcome, type Problem, rewrittenBy } from './answer.ts';
import { splitHeaders } from './mail.ts';
import type { Agreement } from './negotiate.ts';
import { type Patience, patiently } from './patience.ts';
import type { Shares } from './shares.ts';

/** 'off': the MTA holds, or there is nothing to keep. 'not-kept': not for certain; it may be all the same, later. Where a part is kept, all of it can be had. */
export type Kept = 'off' | 'kept' | 'not-kept';

export interface KeepingParts extends Patience {
  /** Of what is to be held. Absent: the MTA holds. */
  readonly keep?: Keep;
  /** Of the original of what is stripped. */
  readonly keepStripped?: Keep;
  /** Keeps what is delivered unscored, until it is scored; absent: nothing is delivered so, or nobody scores it. */
  readonly keepUnscored?: Keep;
  readonly onProblem: (problem: Problem, detail?: unknown) => void;
  /** Called when the message is needed no longer, which may be after the answer. */
  readonly onDone: () => void;
}

/** What the reader of a stripped message is told of a removed file, for what became of the original. */
export const RESTORING: Readonly<Record<Kept, string>> = {
  kept: 'Ask your administrator for the original.',
  'not-kept': 'Ask your administrator whether the original was kept.',
  off: 'The original was not kept here. If you expected the file, ask its sender, in another way than by an answer to this message.',
};

type Recipient = Mail['said']['recipients'][number];

/** Who is to get the original back. */
interface Part {
  readonly why: 'hold' | 'strip';
  readonly recipients: readonly Recipient[];
  readonly mailboxes: readonly string[];
}

/** `shares`: of a message that is held for some of its mailboxes only. */
export async function keepOriginal(
  outcome: Outcome,
  shares: Shares | undefined,
  mail: Mail,
  agreement: Agreement,
  parts: KeepingParts,
): Promise<Kept> {
  const { onProblem, onDone, limitMs } = parts;
  const requests = mail.forged.isTooMany ? [] : requestsFor(outcome, shares, mail, agreement, parts);
  if (requests.length === 0) {
    onDone();
    return 'off';
  }
  if (outcome.kind === 'scored' && !mail.said.hasAllRecipients) {
    onDone();
    onProblem('too-many-recipients'); // who is not known could not get it back
    return 'not-kept';
  }
  let kept: Kept = 'not-kept';
  const keepAll = async (): Promise<Kept> => {
    for (const request of requests) {
      if (!(await isKept(request, onProblem))) return kept;
      kept = 'kept'; // what is held comes first: what follows goes on without its original
    }
    return kept;
  };
  return patiently(keepAll().finally(onDone), parts, (): Kept => {
    onProblem('keeping-failed', new Error(`not kept within ${limitMs} ms`));
    return kept;
  });
}

/** Never rejects. */
async function isKept({ keep, request, content }: Keeping, onProblem: KeepingParts['onProblem']): Promise<boolean> {
  try {
    const outcome = await keep(request, content);
    if (outcome === 'full') onProblem('custody-full');
    return outcome === 'kept';
  } catch (error) {
    onProblem('keeping-failed', error);
    return false;
  }
}

interface Keeping {
  readonly keep: Keep;
  readonly request: KeepRequest;
  readonly content: HeldContent;
}

function requestsFor(
  outcome: Outcome,
  shares: Shares | undefined,
  mail: Mail,
  agreement: Agreement,
  { keep, keepStripped, keepUnscored }: KeepingParts,
): readonly Keeping[] {
  if (outcome.kind === 'failed') {
    const isWhole = mail.raw.length > 0; // what is too large was not kept in memory either
    if (keepUnscored === undefined || outcome.isDangerous !== undefined || !isWhole) return [];
    return [{ keep: keepUnscored, request: unscored(mail), content: contentAsScored(mail) }];
  }
  if (outcome.kind !== 'scored' || (keep ?? keepStripped) === undefined) return []; // as a rule: nothing is looked into
  return partsOf(outcome, shares, mail, agreement).flatMap((part) => {
    const keeping = part.why === 'hold' ? keep : keepStripped;
    if (keeping === undefined) return [];
    return { keep: keeping, request: originalOf(outcome.verdict, part, mail), content: contentOf(mail) };
  });
}

/** What is held comes first: it is the part that must not be lost. */
function partsOf(
  outcome: Outcome & { readonly kind: 'scored' },
  shares: Shares | undefined,
  mail: Mail,
  agreement: Agreement,
): readonly Part[] {
  const { verdict } = outcome;
  const all = { recipients: mail.said.recipients, mailboxes: verdict.mailboxes.map(({ mailbox }) => mailbox) };
  const isRewritten = (stripped: typeof outcome.stripped) => rewrittenBy(stripped, mail, agreement) !== undefined;
  if (shares !== undefined) {
    const { heldPaths, heldMailboxes, otherPaths, otherMailboxes } = shares;
    const held: Part = { why: 'hold', recipients: paired(heldPaths, heldMailboxes), mailboxes: heldMailboxes };
    if (shares.verdict.action !== 'strip' || !isRewritten(outcome.strippedForOthers)) return [held];
    return [held, { why: 'strip', recipients: paired(otherPaths, otherMailboxes), mailboxes: otherMailboxes }];
  }
  if (verdict.action === 'hold') return [{ why: 'hold', ...all }];
  return verdict.action === 'strip' && isRewritten(outcome.stripped) ? [{ why: 'strip', ...all }] : [];
}

const paired = (paths: readonly string[], mailboxes: readonly string[]): readonly Recipient[] =>
  paths.map((path, at) => ({ path, mailbox: mailboxes[at] ?? path }));

function originalOf({ id }: Verdict, { why, recipients, mailboxes }: Part, { request, said }: Mail): KeepRequest {
  const mailFrom = said.mailFrom === undefined ? {} : { mailFrom: bare(said.mailFrom) };
  const owners = new Map(recipients.map(({ path, mailbox }) => [bare(path), mailbox]));
  const envelope = { ...clientOf(request), ...mailFrom, rcptTo: [...owners.keys()] };
  return { tenant: request.tenant, verdictId: id, why, mailboxes, envelope, rcptMailboxes: [...owners.values()] };
}

/** Never restored, only scored: as scoring would have had it. */
function unscored({ request }: Mail): KeepRequest {
  const { tenant, mailFrom, rcptTo = [], user, direction } = request;
  // Of what goes out its writer's, as far as the envelope tells.
  const writers = [mailFrom, user].filter((one) => one?.includes('@')).slice(0, 1) as string[];
  const owners = direction === 'outbound' ? writers.map((one) => envelopeRecipient(one) ?? one) : rcptTo;
  const mailboxes = owners.map((address) => address.toLowerCase());
  const envelope = { ...clientOf(request), ...(mailFrom === undefined ? {} : { mailFrom }), rcptTo };
  return { tenant, why: 'unscored', mailboxes, envelope };
}

const clientOf = ({ clientIp, helo, user }: IntakeRequest): Omit<Envelope, 'rcptTo'> => ({
  ...(clientIp === undefined ? {} : { clientIp }),
  ...(helo === undefined ? {} : { helo }),
  ...(user === undefined ? {} : { user }),
});

const bare = (path: string): string => path.replace(/^<(.*)>$/s, '$1');

export const contentOf = ({ raw, headerBytes }: Mail): HeldContent => content(raw, headerBytes);

/** With the trace header in front that the MTA is about to write. */
const contentAsScored = ({ raw, headerBytes, request }: Mail): HeldContent =>
  content(request.raw, headerBytes + request.raw.length - raw.length);

const content = (raw: Buffer, headerBytes: number): HeldContent => ({
  raw,
  headerBytes,
  headers: splitHeaders(raw.subarray(0, headerBytes)),
});
