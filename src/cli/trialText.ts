/** The report of `tidemark eval` as a person reads it in a terminal. */
import type { ClassReport, Share, Stopped, TrialReport } from '../domain/trial.ts';
import { skipped } from './learn.ts';
import { counted } from './progress.ts';
import { printable } from './verdictText.ts';

const MAX_MAILBOXES = 10;
const MAX_FIELD = 60; // characters of an address or subject

export const trialText = (report: TrialReport): string =>
  [about(report), classes(report), ownMail(report), learning(report)]
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');

function about(report: TrialReport): readonly string[] {
  const { mailboxes, foundCount, repeatedCount, held, seed, modelVersion } = report;
  if (mailboxes.length === 0)
    return [
      `${counted(foundCount)} messages found, ${skipped(report)}: nothing to try`,
      'no mailbox: give it by --mailbox ADDRESS, or set OWN_DOMAINS so that it is found in To and Cc',
    ];
  const shown = mailboxes.slice(0, MAX_MAILBOXES);
  const more = mailboxes.length > shown.length ? ` and ${counted(mailboxes.length - shown.length)} more` : '';
  return [
    `${counted(foundCount)} messages found: ${counted(repeatedCount)} repeated, ${skipped(report)}`,
    `received by ${shown.map(({ mailbox, receivedCount }) => `${printable(mailbox)} ${counted(receivedCount)}`).join(', ')}${more}`,
    `judged ${counted(held.count)}, each with what was known before it (the first 30 of a mailbox only teach); model ${modelVersion}, seed ${seed}`,
    ...authenticationNote(report),
  ];
}

function authenticationNote({ authenticatedCount, held, borders }: TrialReport): readonly string[] {
  if (authenticatedCount > held.count / 2) return [];
  const said = `Authentication-Results were believed of ${counted(authenticatedCount)} of them only`;
  if (borders.length === 0) return [`${said}: the others have none, so nothing is known of who really sent them.`];
  const names = borders.map(({ authservId, messageCount }) => `${printable(authservId)} (${counted(messageCount)})`);
  return [
    `${said}. On top stand those of ${names.join(', ')}: set AUTHSERV_ID to your own border's, and more is caught.`,
  ];
}

const CLASS_WIDTH = 36;

function classes({ classes: all, control }: TrialReport): readonly string[] {
  if (all.length === 0) return ['Too little mail to put attacks into: nobody wrote three times, or all came first.'];
  return [
    'Synthetic attacks put into this mail: caught (stripped or held), with 95 % intervals',
    `  ${'class'.padEnd(CLASS_WIDTH)}${'n'.padStart(5)}   ${'caught, %'.padEnd(20)} held, %  only warned of, %`,
    ...all.map(classLine),
    ...(control.caught.count === 0 ? [] : [classLine({ ...control, kind: 'control: mail moved, no attack' })]),
  ];
}

const classLine = ({ kind, caught, held, warned }: ClassReport): string =>
  `  ${kind.padEnd(CLASS_WIDTH)}${counted(caught.count).padStart(5)}   ${shareText(caught, 100).padEnd(20)} ${percent(held).padStart(7)}${percent(warned).padStart(19)}`;

const percent = ({ value }: Share): string => (value * 100).toFixed(1);

/** 'value (low–high)', of 100 or of 1,000. */
const shareText = ({ value, low, high }: Share, of: 100 | 1000): string =>
  `${(value * of).toFixed(1)} (${(low * of).toFixed(1)}–${(high * of).toFixed(1)})`;

function ownMail({ held, stripped, warned, stopped }: TrialReport): readonly string[] {
  const count = (share: Share) => counted(share.value * share.count);
  const lines = [
    `Of your own mail ${count(held)} of ${counted(held.count)} would have been held (per 1,000: ${shareText(held, 1000)}), ${count(stripped)} stripped (${shareText(stripped, 1000)}), ${count(warned)} delivered with a banner (${shareText(warned, 1000)})`,
  ];
  if (stopped.length === 0) return lines;
  return [...lines, 'See for yourself whether rightly; the worst first:', ...stopped.flatMap(stoppedLines)];
}

const stoppedLines = ({ at, from, subject, action, probability, reason }: Stopped): readonly string[] => [
  `  ${new Date(at).toISOString().slice(0, 10)}  ${action.padEnd(5)} ${(probability * 100).toFixed(1).padStart(5)} %  ${field(from)}  “${field(subject)}”`,
  `              ${printable(reason)}`,
];

const field = (text: string): string => {
  const shown = printable(text);
  return shown.length > MAX_FIELD ? `${shown.slice(0, MAX_FIELD - 1)}…` : shown;
};

function learning({ learning: steps, goodFromCount }: TrialReport): readonly string[] {
  if (steps.length === 0) return [];
  return [
    'Time to learn: attacks in a known sender’s name, by mails the mailbox had got from that sender',
    `  ${'mails'.padEnd(12)}${'n'.padStart(5)}   caught, %`,
    ...steps.map(({ fromCount, toCount, caught }) => {
      const range = toCount === undefined ? `${fromCount} and more` : [...new Set([fromCount, toCount])].join('–');
      return `  ${range.padEnd(12)}${counted(caught.count).padStart(5)}   ${shareText(caught, 100)}`;
    }),
    goodFromCount === undefined
      ? 'Not reached here: 90 % caught.'
      : `90 % and more are caught from ${goodFromCount} mails of a sender on.`,
  ];
}
