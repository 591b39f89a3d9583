/** What became of a message → what the MTA is asked to do with it. */
import type { Verification } from '../domain/mail.ts';
import { plainLine } from '../domain/resultHeaders.ts';
import type { IntakeRequest, ScoredMessage } from '../domain/service.ts';
import type { Stripped } from '../domain/strip.ts';
import type { Verdict } from '../domain/verdict.ts';
import { type Handling, isForged, markFields, resultsField } from './fields.ts';
import type { ForgedHeaders } from './forged.ts';
import { headerChanges } from './headerChanges.ts';
import { type MailHeader, type RewrittenMail, splitHeaders } from './mail.ts';
import type { Agreement } from './negotiate.ts';
import type { Change } from './reply.ts';

/** How scoring ended. */
export type Outcome =
  | ({ readonly kind: 'scored' } & ScoredMessage)
  | {
      readonly kind: 'failed';
      readonly why: string;
      /** It was judged to be held or stripped before it failed. */
      readonly isDangerous?: true;
    };

/** `word` is what was done, for log and metrics. */
export type Answer =
  | { readonly kind: 'accept'; readonly changes: readonly Change[]; readonly word: AnswerWord }
  | { readonly kind: 'tempfail'; readonly word: 'tempfail' };

export type AnswerWord = 'deliver' | 'strip' | 'not-rewritten' | 'hold' | 'unscored' | 'tempfail';

export interface Mail {
  /** As the MTA holds it; empty when it was too large to keep. */
  readonly raw: Buffer;
  readonly headerBytes: number;
  /** In the request a Received header stands before it: what the MTA writes and does not show. */
  readonly hasTrace: boolean;
  readonly forged: Pick<ForgedHeaders, 'isTooMany' | 'removals'>;
  readonly request: IntakeRequest;
}

export interface AnswerParts {
  readonly onFailure: 'accept' | 'tempfail';
  readonly agreement: Agreement;
  /** Whose results are ours to write and to remove; absent where nothing is verified. */
  readonly authservId?: string;
  readonly onProblem: (problem: Problem, detail?: unknown) => void;
}

/** What an operator should know of. */
export type Problem =
  | 'hold-not-possible'
  | 'headers-not-possible'
  | 'forged-headers'
  | 'scoring-failed'
  | 'too-late'
  | 'too-large';

export function answerTo(outcome: Outcome, mail: Mail, parts: AnswerParts): Answer {
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
    if (onFailure === 'tempfail' || outcome.isDangerous) return TEMPFAIL;
    return accept('unscored', { kind: 'unscored', why: outcome.why }, undefined, mail, parts);
  }
  const { verdict } = outcome;
  switch (verdict.action) {
    case 'deliver':
      return accept('deliver', { kind: 'done', verdict }, undefined, mail, parts, outcome.verification);
    case 'strip': {
      const rewritten = rewrittenBy(outcome.stripped, mail, agreement);
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

/** undefined: it could not be rewritten (signed, say), or the MTA takes nothing in its place. It is delivered as it is, marked so. */
function rewrittenBy(stripped: Stripped | undefined, mail: Mail, agreement: Agreement): RewrittenMail | undefined {
  if (!stripped?.isRewritten || !agreement.mayReplaceBody || !agreement.mayChangeHeaders) return undefined;
  const { bytes, body } = stripped;
  const headers = splitHeaders(bytes.subarray(0, bytes.length - body.length));
  const trace = mail.hasTrace ? headers.findIndex(({ name }) => name === 'Received') : -1; // seals stand above it
  return { headers: headers.filter((_, index) => index !== trace), body };
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
