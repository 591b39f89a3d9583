/** One row a message, for a spreadsheet (RFC 4180). Attackers choose most of what stands in it. */
import type { RescoreRow } from '../domain/rescore.ts';

export const COLUMNS: readonly (readonly [name: string, valueOf: (row: RescoreRow) => string | number | undefined])[] =
  [
    ['file', ({ file }) => file],
    ['index', ({ index }) => index],
    ['offset', ({ offset }) => offset],
    ['outcome', ({ outcome }) => outcome],
    ['action', ({ action }) => action],
    ['score', ({ score }) => score],
    ['attack_type', ({ attackType }) => attackType],
    ['arrived_at', ({ arrivedAt }) => arrivedAt],
    ['date', ({ date }) => date],
    [
      'received',
      ({ received, arrivedAt, arrivedBy }) => received ?? (arrivedBy === 'received' ? arrivedAt : undefined),
    ],
    ['dates_disagree', ({ datesDisagree }) => datesDisagree && 'yes'],
    ['from', ({ from }) => from],
    ['subject', ({ subject }) => subject],
    ['mailboxes', ({ mailboxes }) => mailboxes?.join(' ')],
    ['reasons', ({ reasons }) => reasons?.map(({ source, sentence }) => `${source}: ${sentence}`).join(' | ')],
    ['message_id', ({ messageId }) => messageId],
    ['kept_as', ({ keptAs }) => keptAs],
    ['rebuilt', ({ isRebuilt }) => isRebuilt && 'yes'],
    ['repeat', ({ isRepeat }) => isRepeat && 'yes'],
    ['skipped', ({ skipped }) => skipped],
  ];

export const CSV_HEAD = `${COLUMNS.map(([name]) => name).join(',')}\r\n`;

export const csvLine = (row: RescoreRow): string => `${COLUMNS.map(([, read]) => cell(read(row))).join(',')}\r\n`;

/**
 * Spreadsheets take a cell that begins so for a formula, whatever its quotes; the fullwidth forms too, and behind blanks
 * (OWASP, CSV injection). A quote mark before it makes it text.
 */
const FORMULA = /^[\s\p{Cf}]*[=+\-@|\uff0b\uff0d\uff1d\uff20]/u;

function cell(value: string | number | undefined): string {
  if (typeof value === 'number' || value === undefined) return String(value ?? '');
  const text = value.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
  const inert = FORMULA.test(text) ? `'${text}` : text;
  return /[",;]/.test(inert) || inert !== inert.trim() ? `"${inert.replaceAll('"', '""')}"` : inert;
}
