/** What is held, or delivered without something, is kept first: the MTA hears of it only when it is durable. */
import type { HeldContent, Keep, KeptFor } from '../domain/custody.ts';
import type { Verdict } from '../domain/verdict.ts';
import { type Mail, type Outcome, type Problem, rewrittenBy } from './answer.ts';
import { splitHeaders } from './mail.ts';
import type { Agreement } from './negotiate.ts';
import { type Patience, patiently } from './patience.ts';
import type { Shares } from './shares.ts';

/** 'off': the MTA holds, or there is nothing to keep. 'not-kept': what is to be held is not safe here. */
export type Kept = 'off' | 'kept' | 'not-kept';

export interface KeepingParts extends Patience {
  /** Absent: the MTA holds. */
  readonly keep?: Keep;
  readonly onProblem: (problem: Problem, detail?: unknown) => void;
  /** Called when the message is needed no longer, which may be after the answer. */
  readonly onDone: () => void;
}

/** Who is to get the original back. */
interface Part {
  readonly why: KeptFor;
  readonly paths: readonly string[];
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
  const { keep, onProblem, onDone, limitMs } = parts;
  const isKeeping = keep !== undefined && outcome.kind === 'scored' && !mail.forged.isTooMany;
  const wanted = isKeeping ? partsOf(outcome, shares, mail, agreement) : [];
  if (!isKeeping || wanted.length === 0) {
    onDone();
    return 'off';
  }
  if (!mail.said.hasAllRecipients) {
    onDone();
    onProblem('too-many-recipients'); // who is not known could not get it back
    return 'not-kept';
  }
  const keeping = keepAll(keep, outcome.verdict, wanted, mail, onProblem);
  return patiently(keeping.finally(onDone), parts, (): Kept => {
    onProblem('keeping-failed', new Error(`not kept within ${limitMs} ms`));
    return 'not-kept';
  });
}

/** Never rejects. The first that cannot be kept says so for all. */
async function keepAll(
  keep: Keep,
  verdict: Verdict,
  wanted: readonly Part[],
  mail: Mail,
  onProblem: KeepingParts['onProblem'],
): Promise<Kept> {
  try {
    for (const part of wanted) {
      if ((await keep(originalOf(verdict, part, mail), contentOf(mail))) === 'full') {
        onProblem('custody-full');
        return part.why === 'hold' ? 'not-kept' : 'kept'; // what is held comes first
      }
    }
    return 'kept';
  } catch (error) {
    onProblem('keeping-failed', error);
    return 'not-kept';
  }
}

/** What is held comes first: it is the part that must not be lost. */
function partsOf(
  outcome: Outcome & { readonly kind: 'scored' },
  shares: Shares | undefined,
  mail: Mail,
  agreement: Agreement,
): readonly Part[] {
  const { verdict } = outcome;
  const all = { paths: mail.said.recipients.map(({ path }) => path), mailboxes: mailboxesOf(verdict) };
  const isRewritten = (stripped: typeof outcome.stripped) => rewrittenBy(stripped, mail, agreement) !== undefined;
  if (shares !== undefined) {
    const { heldPaths, heldMailboxes, otherPaths, otherMailboxes } = shares;
    const held: Part = { why: 'hold', paths: heldPaths, mailboxes: heldMailboxes };
    if (shares.verdict.action !== 'strip' || !isRewritten(outcome.strippedForOthers)) return [held];
    return [held, { why: 'strip', paths: otherPaths, mailboxes: otherMailboxes }];
  }
  if (verdict.action === 'hold') return [{ why: 'hold', ...all }];
  return verdict.action === 'strip' && isRewritten(outcome.stripped) ? [{ why: 'strip', ...all }] : [];
}

const mailboxesOf = ({ mailboxes }: Verdict): readonly string[] => mailboxes.map(({ mailbox }) => mailbox);

function originalOf({ id }: Verdict, { why, paths, mailboxes }: Part, { request, said }: Mail): Parameters<Keep>[0] {
  const { tenant, clientIp, helo, user } = request;
  return {
    tenant,
    verdictId: id,
    why,
    mailboxes,
    envelope: {
      rcptTo: [...new Set(paths.map(bare))],
      ...(said.mailFrom === undefined ? {} : { mailFrom: bare(said.mailFrom) }),
      ...(clientIp === undefined ? {} : { clientIp }),
      ...(helo === undefined ? {} : { helo }),
      ...(user === undefined ? {} : { user }),
    },
  };
}

const bare = (path: string): string => path.replace(/^<(.*)>$/s, '$1');

export const contentOf = ({ raw, headerBytes }: Mail): HeldContent => ({
  raw,
  headerBytes,
  headers: splitHeaders(raw.subarray(0, headerBytes)),
});
