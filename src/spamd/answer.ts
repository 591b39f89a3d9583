/** One request, read whole, and what it is answered. */
import { IntakeError, type ScoredMessage, type Service } from '../domain/service.ts';
import type { HoldFallback } from '../domain/spamScale.ts';
import type { Verdict } from '../domain/verdict.ts';
import { toIntakeRequest } from './envelope.ts';
import type { SpamdHead } from './head.ts';
import { SpamdRefusal } from './refusal.ts';
import { rspamcReply, spamdReply } from './reply.ts';

export interface AnswerParts {
  readonly tenant: string;
  readonly service: Pick<Service, 'score' | 'scoreAndStrip' | 'giveFeedback'>;
  readonly holdFallback: HoldFallback;
  /** TELL teaches and releases, and asks for no key: only where the operator says so. */
  readonly mayTell: boolean;
  readonly onVerdict: (verdict: Verdict) => void;
  readonly onFeedback: (feedback: 'safe' | 'threat') => void;
}

/** Throws SpamdRefusal for what cannot be scored. */
export async function answer(head: SpamdHead, raw: Buffer, parts: AnswerParts): Promise<Buffer> {
  try {
    return head.command === 'TELL' ? await learnFrom(head, raw, parts) : await score(head, raw, parts);
  } catch (error) {
    if (error instanceof IntakeError) throw new SpamdRefusal('EX_DATAERR', `${error.message} (spamc: -u MAILBOX)`);
    throw error;
  }
}

async function score(head: SpamdHead, raw: Buffer, parts: AnswerParts): Promise<Buffer> {
  const { tenant, service, holdFallback, onVerdict } = parts;
  const request = toIntakeRequest(head, raw, tenant);
  const { verdict, stripped }: ScoredMessage =
    head.command === 'PROCESS' ? await service.scoreAndStrip(request) : { verdict: await service.score(request) };
  onVerdict(verdict);
  if (head.dialect === 'rspamc') return rspamcReply(verdict, holdFallback);
  return spamdReply(head, { verdict, raw, ...(stripped?.isRewritten ? { rewritten: stripped } : {}) });
}

const FEEDBACK: ReadonlyMap<string, 'threat' | 'safe'> = new Map([
  ['spam', 'threat'],
  ['ham', 'safe'],
]);

/** `spamc -L spam|ham`: a report, or a release, of the message as it was scored. What is to be forgotten is not: nothing was set. */
async function learnFrom(head: SpamdHead, raw: Buffer, parts: AnswerParts): Promise<Buffer> {
  const { tenant, service, mayTell, onFeedback } = parts;
  if (!mayTell) throw new SpamdRefusal('EX_UNAVAILABLE', 'TELL is not enabled: SPAMD_TELL=on');
  const { fields } = head;
  const isSet = fields.get('set')?.[0]?.includes('local') === true;
  const feedback = FEEDBACK.get(fields.get('message-class')?.[0] ?? '');
  if (!isSet || feedback === undefined) return Buffer.from('SPAMD/1.1 0 EX_OK\r\nContent-length: 0\r\n\r\n');
  const { id } = await service.score({ ...toIntakeRequest(head, raw, tenant), learn: 'never' });
  await service.giveFeedback(tenant, id, feedback);
  onFeedback(feedback);
  return Buffer.from('SPAMD/1.1 0 EX_OK\r\nDidSet: local\r\nContent-length: 0\r\n\r\n');
}
