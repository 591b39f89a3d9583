/** A verdict in spamd's words, and in those of rspamd's text protocol as Exim reads it. */
import { plainLine, RESULT_HEADERS, resultHeaders } from '../domain/resultHeaders.ts';
import {
  ADD_HEADER_SCORE,
  type HoldFallback,
  REJECT_SCORE,
  type SpamSymbol,
  spamAction,
  spamScore,
  spamSymbols,
} from '../domain/spamScale.ts';
import type { Rewritten } from '../domain/strip.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { SpamdHead } from './head.ts';
import { marked } from './marked.ts';
import { EXIT_CODES, type SpamdRefusal } from './refusal.ts';

const MAX_REPORT_LENGTH = 30_000; // characters, all of one byte: Exim reads 32 kB of an answer
const ONE_HEADER_BEFORE = 1.3; // older clients (Exim says 1.2) take no Spam header beside Content-length

export const PONG = 'SPAMD/1.5 0 PONG\r\n';

/** What PROCESS and HEADERS hand back. */
export interface Scored {
  readonly verdict: Verdict;
  readonly raw: Buffer;
  readonly rewritten?: Rewritten;
}

export function spamdReply({ command, version }: SpamdHead, scored: Scored): Buffer {
  const { verdict } = scored;
  const isSpam = verdict.action !== 'deliver' && scored.rewritten === undefined;
  const scores = `${scoreOf(scored)} / ${ADD_HEADER_SCORE.toFixed(1)}`;
  const spam = `Spam: ${isSpam ? 'True' : 'False'} ; ${scores}\r\n`;
  if (command === 'CHECK') return Buffer.from(`${OK}${spam}\r\n`);
  const content = contentOf(command, scored, isSpam);
  if (version < ONE_HEADER_BEFORE && command.startsWith('REPORT')) {
    const withScore = Buffer.concat([Buffer.from(`${scores.replace(' / ', '/')}\r\n`), content]);
    return Buffer.concat([Buffer.from(`${OK}Content-length: ${withScore.length}\r\n\r\n`), withScore]);
  }
  return Buffer.concat([Buffer.from(`${OK}Content-length: ${content.length}\r\n${spam}\r\n`), content]);
}

/** What was disarmed is handed on as any other: on that side of the threshold. */
const scoreOf = ({ verdict, rewritten }: Scored): string =>
  spamScore(rewritten === undefined ? verdict : { ...verdict, action: 'deliver' }).toFixed(1);

const OK = 'SPAMD/1.1 0 EX_OK\r\n';

function contentOf(command: SpamdHead['command'], scored: Scored, isSpam: boolean): Buffer {
  const { verdict } = scored;
  switch (command) {
    case 'SYMBOLS':
      return Buffer.from(`${symbolNames(verdict)}\r\n`);
    case 'REPORT':
      return Buffer.from(report(verdict));
    case 'REPORT_IFSPAM':
      return Buffer.from(isSpam ? report(verdict) : '');
    case 'HEADERS':
      return markedMessage(scored, isSpam).head;
    case 'PROCESS': {
      const { head, body } = markedMessage(scored, isSpam);
      return Buffer.concat([head, body]);
    }
    default:
      throw new Error(`${command} has no content`);
  }
}

const symbolNames = (verdict: Verdict): string =>
  spamSymbols(verdict)
    .map(({ name }) => name)
    .join(',');

function report(verdict: Verdict): string {
  const lines = spamSymbols(verdict).map(
    ({ name, score, description, options }) =>
      `${score.toFixed(2).padStart(7)} ${name} ${description || options.join('; ')}`,
  );
  const text = [`Tidemark: ${plainLine(verdict.reason)}`, '', ...lines, ''].join('\n');
  return text.slice(0, MAX_REPORT_LENGTH);
}

const SPAM_HEADERS = ['X-Spam-Flag', 'X-Spam-Status'] as const; // what procmail recipes and Sieve scripts look for
const FORGED = new Set([...RESULT_HEADERS, ...SPAM_HEADERS].map((name) => name.toLowerCase()));

function markedMessage(scored: Scored, isSpam: boolean) {
  const { verdict, raw, rewritten } = scored;
  const isNotRewritten = verdict.action === 'strip' && rewritten === undefined;
  const status = `${isSpam ? 'Yes' : 'No'}, score=${scoreOf(scored)} required=${ADD_HEADER_SCORE.toFixed(1)}`;
  const fields = [
    ...(isSpam ? [{ name: 'X-Spam-Flag', value: 'YES' }] : []),
    { name: 'X-Spam-Status', value: `${status} tests=${symbolNames(verdict).slice(0, 500)}` },
    ...resultHeaders(verdict, { isLeaving: false, isNotRewritten }),
  ];
  return marked(rewritten?.bytes ?? raw, fields, (name) => FORGED.has(name));
}

/** Exim takes nothing but these lines in this order; what follows Action is its $spam_report. */
export function rspamcReply(verdict: Verdict, holdFallback: HoldFallback): Buffer {
  const score = spamScore(verdict);
  const isSpam = score >= REJECT_SCORE;
  const thresholds = `${REJECT_SCORE.toFixed(2)} / ${REJECT_SCORE.toFixed(2)}`;
  const lines = [
    'RSPAMD/1.3 0 EX_OK',
    `Metric: default; ${isSpam ? 'True' : 'False'} ${score.toFixed(2)} / ${thresholds}`,
    `Action: ${spamAction(verdict.action, holdFallback)}`,
    ...spamSymbols(verdict).map(symbolLine),
    `Message-ID: ${plainLine(verdict.messageId)}`,
  ];
  return Buffer.from(`${lines.join('\r\n').slice(0, MAX_REPORT_LENGTH)}\r\n\r\n`);
}

const symbolLine = ({ name, score, options }: SpamSymbol): string =>
  `Symbol: ${name}(${score.toFixed(2)})[${options.join(', ')}]`;

/** One header only, so that no client takes it for a verdict. */
export function refusalReply({ exit, message }: SpamdRefusal, dialect: SpamdHead['dialect']): Buffer {
  const protocol = dialect === 'rspamc' ? 'RSPAMD/1.3' : 'SPAMD/1.0';
  return Buffer.from(`${protocol} ${EXIT_CODES[exit]} ${plainLine(message)}\r\n`);
}
