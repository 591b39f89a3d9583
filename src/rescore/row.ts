/** A message and its verdict → the row that is written of it: bounded, whatever the mail. */
import type { SkipReason } from '../domain/history.ts';
import type { Message } from '../domain/message.ts';
import type { RescoreRow, RowReason } from '../domain/rescore.ts';
import type { Contribution, Verdict } from '../domain/verdict.ts';
import { writtenTimes } from '../read.ts';
import type { Indexed } from './arrivalIndex.ts';

const DAY_MS = 86_400_000;
const MAX_REASONS = 5;
const MAX_LISTED = 10; // link domains, attachments
const MAX_TEXT = 300; // characters of a subject, a sentence, a name

const short = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text);
const iso = (at: number): string => new Date(at).toISOString();

export const skippedRow = (mark: Indexed, reason: SkipReason): RescoreRow => ({
  ...placeOf(mark),
  outcome: 'skipped',
  skipped: reason,
  arrivedAt: iso(mark.at),
});

export const sentRow = (mark: Indexed, raw: Buffer, message: Message, mailboxes: readonly string[]): RescoreRow => ({
  ...placeOf(mark),
  outcome: 'sent',
  ...aboutOf(mark, raw, message),
  mailboxes,
});

export function scoredRow(mark: Indexed, raw: Buffer, message: Message, verdict: Verdict): RescoreRow {
  const { id, action, score, attackType, reason, contributions, mailboxes } = verdict;
  return {
    ...placeOf(mark),
    outcome: 'scored',
    ...(mark.keptAs === 'junk' || mark.keptAs === 'trash' ? { keptAs: mark.keptAs } : {}),
    verdictId: id,
    ...aboutOf(mark, raw, message),
    mailboxes: mailboxes.map(({ mailbox }) => mailbox),
    action,
    score: Number(score.toFixed(4)),
    ...(attackType === undefined ? {} : { attackType }),
    reason: short(reason),
    reasons: reasonsOf(contributions),
    ...linkedIn(message),
    ...attachedTo(message),
  };
}

const placeOf = ({ file, index, offset, isRebuilt }: Indexed) => ({
  file: file.path,
  ...(index === undefined ? {} : { index }),
  ...(index === undefined && offset === 0 ? {} : { offset }),
  ...(isRebuilt ? { isRebuilt } : {}),
});

export const speaksForThreat = ({ source, logOdds, isContrary }: Contribution): boolean =>
  source !== 'prior' && isContrary !== true && logOdds > 0;

/** What spoke for a threat, the strongest first. */
const reasonsOf = (contributions: readonly Contribution[]): readonly RowReason[] =>
  contributions
    .filter(speaksForThreat)
    .sort((a, b) => b.logOdds - a.logOdds)
    .slice(0, MAX_REASONS)
    .map(({ source, logOdds, sentence }) => ({
      source,
      logOdds: Number(logOdds.toFixed(2)),
      sentence: short(sentence),
    }));

function aboutOf({ at }: Indexed, raw: Buffer, { id, sender, subject }: Message): Omit<RescoreRow, 'file' | 'outcome'> {
  const { receivedAt, dateAt } = writtenTimes(raw);
  const disagree = receivedAt !== undefined && dateAt !== undefined && Math.abs(receivedAt - dateAt) > DAY_MS;
  const arrivedBy = at === receivedAt ? 'received' : at === dateAt ? 'date' : 'order';
  return {
    messageId: short(id),
    arrivedAt: iso(at),
    arrivedBy,
    ...(dateAt === undefined ? {} : { date: iso(dateAt) }),
    ...(receivedAt === undefined || arrivedBy === 'received' ? {} : { received: iso(receivedAt) }),
    ...(disagree ? { datesDisagree: true } : {}),
    ...(sender === undefined ? {} : { from: short(sender.address) }),
    subject: short(subject),
  };
}

function linkedIn({ links }: Message): Pick<RescoreRow, 'linkDomains'> {
  const domains = new Set(links?.all.map(({ orgDomain }) => orgDomain).filter((domain) => domain !== ''));
  return domains.size === 0 ? {} : { linkDomains: [...domains].slice(0, MAX_LISTED) };
}

function attachedTo({ attachments = [] }: Message): Pick<RescoreRow, 'attachments'> {
  const listed = attachments.slice(0, MAX_LISTED).map(({ fileName, sha256 }) => ({
    ...(fileName === undefined ? {} : { name: short(fileName) }),
    sha256,
  }));
  return listed.length === 0 ? {} : { attachments: listed };
}
