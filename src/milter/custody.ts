/** What is held, or delivered without something, is kept first: the MTA hears of it only when it is durable. */
import type { HeldContent, Keep, KeptFor } from '../domain/custody.ts';
import type { Verdict } from '../domain/verdict.ts';
import { type Mail, type Outcome, type Problem, rewrittenBy } from './answer.ts';
import { splitHeaders } from './mail.ts';
import type { Agreement } from './negotiate.ts';
import { type Patience, patiently } from './patience.ts';

/** 'off': the MTA holds, or there is nothing to keep. */
export type Kept = 'off' | 'kept' | 'not-kept';

export interface KeepingParts extends Patience {
  /** Absent: the MTA holds. */
  readonly keep?: Keep;
  readonly onProblem: (problem: Problem, detail?: unknown) => void;
  /** Called when the message is needed no longer, which may be after the answer. */
  readonly onDone: () => void;
}

export async function keepOriginal(
  outcome: Outcome,
  mail: Mail,
  agreement: Agreement,
  parts: KeepingParts,
): Promise<Kept> {
  const { keep, onProblem, onDone, limitMs } = parts;
  const why = keep === undefined ? undefined : whyKept(outcome, mail, agreement);
  if (keep === undefined || why === undefined || outcome.kind !== 'scored' || mail.forged.isTooMany) {
    onDone();
    return 'off';
  }
  if (!mail.said.hasAllRecipients) {
    onDone();
    onProblem('too-many-recipients'); // who is not known could not get it back
    return 'not-kept';
  }
  const keeping = keep(originalOf(outcome.verdict, why, mail), contentOf(mail)).then(
    (answer): Kept => {
      if (answer === 'full') onProblem('custody-full');
      return answer === 'full' ? 'not-kept' : 'kept';
    },
    (error): Kept => {
      onProblem('keeping-failed', error);
      return 'not-kept';
    },
  );
  return patiently(keeping.finally(onDone), parts, (): Kept => {
    onProblem('keeping-failed', new Error(`not kept within ${limitMs} ms`));
    return 'not-kept';
  });
}

function whyKept(outcome: Outcome, mail: Mail, agreement: Agreement): KeptFor | undefined {
  if (outcome.kind !== 'scored') return undefined;
  const { action } = outcome.verdict;
  if (action === 'hold') return 'hold';
  return action === 'strip' && rewrittenBy(outcome.stripped, mail, agreement) !== undefined ? 'strip' : undefined;
}

function originalOf({ id, mailboxes }: Verdict, why: KeptFor, { request, said }: Mail): Parameters<Keep>[0] {
  const { tenant, clientIp, helo, user } = request;
  return {
    tenant,
    verdictId: id,
    why,
    mailboxes: mailboxes.map(({ mailbox }) => mailbox),
    envelope: {
      rcptTo: said.rcptTo,
      ...(said.mailFrom === undefined ? {} : { mailFrom: said.mailFrom }),
      ...(clientIp === undefined ? {} : { clientIp }),
      ...(helo === undefined ? {} : { helo }),
      ...(user === undefined ? {} : { user }),
    },
  };
}

export const contentOf = ({ raw, headerBytes }: Mail): HeldContent => ({
  raw,
  headerBytes,
  headers: splitHeaders(raw.subarray(0, headerBytes)),
});
