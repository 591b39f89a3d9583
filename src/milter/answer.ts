/** What became of a message → what the MTA is asked to do with it. */
import type { Verification } from '../domain/mail.ts';
import { plainLine } from '../domain/resultHeaders.ts';
import type { IntakeRequest, ScoredMail } from '../domain/service.ts';
import type { Verdict } from '../domain/verdict.ts';
import { type Handling, isForged, markFields, resultsField } from './fields.ts';
import type { ForgedHeaders } from './forged.ts';
import { headerChanges } from './headerChanges.ts';
import { type MailHeader, type Rewrite, type RewrittenMail, splitHeaders } from './mail.ts';
import type { Agreement } from './negotiate.ts';
import type { Change } from './reply.ts';

/** How scoring ended. */
export type Outcome = ({ readonly kind: 'scored' } & ScoredMail) | { readonly kind: 'failed'; readonly why: string };

/** `word` is what was done, for log and metrics. */
export type Answer =
  | { readonly kind: 'accept'; readonly changes: readonly Change[]; readonly word: AnswerWord }
  | { readonly kind: 'tempfail'; readonly word: 'tempfail' };

export type AnswerWord = 'deliver' | 'strip' | 'not-rewritten' | 'hold' | 'unscored' | 'tempfail';

export interface Mail {
  /** As the MTA holds it; empty when it was too large to keep. */
  readonly raw: Buffer;
  readonly headerBytes: number;
  readonly forged: Pick<ForgedHeaders, 'isTooMany' | 'removals'>;
  readonly request: IntakeRequest;
}

export interface AnswerParts {
  readonly onFailure: 'accept' | 'tempfail';
  readonly agreement: Agreement;
  /** Whose results are ours to write and to remove; absent where nothing is verified. */
  readonly authservId?: string;
  readonly rewrite?: Rewrite;
  readonly onProblem: (problem: Problem, detail?: unknown) => void;
}

/** What an operator should know of. */
export type Problem =
  | 'hold-not-possible'
  | 'headers-not-possible'
  | 'forged-headers'
  | 'rewriting-failed'
  | 'scoring-failed'
  | 'too-late'
  | 'too-large';

export async function answerTo(outcome: Outcome, mail: Mail, parts: AnswerParts): Promise<Answer> {
  const { agreement, onProblem, onFailure } = parts;
  const { isTooMany, removals } = mail.forged;
  if (isTooMany) {
    onProblem('forged-headers');
    return TEMPFAIL;
  }
  if (!agreement.mayAddHeaders || (!agreement.mayChangeHeaders && removals().length > 0)) {
    onProblem('headers-not-possible');
  }
  if (outcome.kind === 'failed') {
    if (onFailure === 'tempfail') return TEMPFAIL;
    return accept('unscored', { kind: 'unscored', why: outcome.why }, undefined, mail, parts);
  }
  const { verdict } = outcome;
  switch (verdict.action) {
    case 'deliver':
      return accept('deliver', { kind: 'done', verdict }, undefined, mail, parts, outcome.verification);
    case 'strip': {
      const rewritten = await rewrittenFor(verdict, mail, parts);
      const kind = rewritten === undefined ? 'not-rewritten' : 'done';
      const word = rewritten === undefined ? 'not-rewritten' : 'strip';
      return accept(word, { kind, verdict }, rewritten, mail, parts, outcome.verification);
    }
    case 'hold': {
      if (!agreement.mayQuarantine) {
        onProblem('hold-not-possible');
        return TEMPFAIL; // never a silent accept
      }
      return accept('hold', { kind: 'done', verdict }, undefined, mail, parts, outcome.verification);
    }
  }
}

const TEMPFAIL: Answer = { kind: 'tempfail', word: 'tempfail' };

async function rewrittenFor(verdict: Verdict, mail: Mail, parts: AnswerParts): Promise<RewrittenMail | undefined> {
  const { rewrite, agreement, onProblem } = parts;
  if (rewrite === undefined || !agreement.mayReplaceBody || !agreement.mayChangeHeaders) return undefined;
  try {
    return await rewrite({ ...mail.request, raw: mail.raw }, verdict);
  } catch (error) {
    onProblem('rewriting-failed', error);
    return undefined;
  }
}

function accept(
  word: AnswerWord,
  handling: Handling,
  rewritten: RewrittenMail | undefined,
  mail: Mail,
  { agreement, authservId }: AnswerParts,
  verification?: Verification,
): Answer {
  const marks = agreement.mayAddHeaders ? markFields(handling, mail.request.direction === 'outbound') : [];
  const results =
    agreement.mayAddHeaders && authservId !== undefined && verification !== undefined
      ? [resultsField(authservId, verification)]
      : [];
  const changes: readonly Change[] = [
    // First those that count headers, then those that add some.
    ...(agreement.mayChangeHeaders ? replaced(mail, rewritten, authservId) : []),
    ...results.map((header): Change => ({ kind: 'insert-header', header })),
    ...marks.map((header): Change => ({ kind: 'add-header', header })),
    ...(rewritten === undefined ? [] : [{ kind: 'replace-body', body: rewritten.body } as const]),
    ...(word === 'hold' && handling.kind === 'done' ? [quarantine(handling.verdict)] : []),
  ];
  return { kind: 'accept', changes, word };
}

/** Forged headers go, whoever put them there; the others become those of the rewritten mail. */
function replaced(mail: Mail, rewritten: RewrittenMail | undefined, authservId: string | undefined): readonly Change[] {
  if (rewritten === undefined) return mail.forged.removals();
  const before = splitHeaders(mail.raw.subarray(0, mail.headerBytes));
  const isGenuine = ({ name, value }: MailHeader) => !isForged(name, value, authservId);
  return headerChanges(before, rewritten.headers.filter(isGenuine));
}

const quarantine = ({ score, attackType, id }: Verdict): Change => ({
  kind: 'quarantine',
  reason: plainLine(`Tidemark: ${attackType ?? 'threat'}, ${(score * 100).toFixed(1)} %, ${id}`),
});
