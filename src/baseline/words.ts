/** What is known, in plain sentences for the person whose mailbox it is. */
import type { Maturity, Tally } from '../domain/baseline.ts';
import type { KnownCorrespondent } from '../domain/service.ts';

export function baselineInWords(
  { stage, messageCount, ageDays, toNextStage }: Maturity,
  received: Tally | undefined,
  sent: Tally | undefined,
  correspondentCount: number,
): readonly string[] {
  const next = toNextStage === undefined ? '' : `; the next stage takes ${toNextStage}`;
  return [
    `This baseline is ${stage}: ${counted(messageCount, 'message')} in ${counted(Math.floor(ageDays), 'day')}${next}.`,
    `The mailbox got ${tallied(received)} and sent ${tallied(sent)}.`,
    `It knows ${counted(correspondentCount, 'correspondent')}.`,
  ];
}

export function relationInWords({
  address,
  received,
  sent,
  repliedCount,
  reportedCount,
  releasedCount,
}: KnownCorrespondent): readonly string[] {
  return [
    `${address} wrote ${tallied(received)}.`,
    `The owner wrote ${tallied(sent)} to them, and answered ${counted(repliedCount, 'of their messages', 'of their messages')}.`,
    ...(reportedCount > 0 ? [`Mail from them was reported as a threat ${times(reportedCount)}.`] : []),
    ...(releasedCount > 0 ? [`Mail from them was released as safe ${times(releasedCount)}.`] : []),
  ];
}

const tallied = (tally: Tally | undefined): string =>
  tally === undefined
    ? 'no message'
    : `${counted(tally.messageCount, 'message')} on ${counted(tally.distinctDays, 'day')} from ${day(tally.firstAt)} to ${day(tally.lastAt)}`;

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
