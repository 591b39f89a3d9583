/**
 * The report as one page that opens from the disk: no script, no link, no picture, nothing to load. The policy in it allows its style sheet,
 * by hash, and nothing else, so that mail text stays text even if an escape were forgotten.
 */
import { createHash } from 'node:crypto';
import { damagedCount, type RescoreEnd, type RescoreMode, type RescoreRow } from '../../domain/rescore.ts';
import { ACTIONS, type Action } from '../../domain/verdict.ts';
import type { Campaign } from './campaigns.ts';
import type { Bar, Summary } from './summary.ts';

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --hold: #c0392b; --strip: #d68910; --deliver: #7f8c8d; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid var(--line); }
td.n, th.n { text-align: right; } .dim { opacity: .7; } code { font-size: .9em; overflow-wrap: anywhere; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .4rem .8rem; } summary { cursor: pointer; overflow-wrap: anywhere; }
.hold { color: var(--hold); font-weight: 600; } .strip { color: var(--strip); font-weight: 600; }
rect.hold { fill: var(--hold); } rect.strip { fill: var(--strip); } rect.deliver { fill: var(--deliver); opacity: .45; }
svg { width: 100%; height: 9rem; } .message { margin: .6rem 0 1rem; } ul { margin: .2rem 0; padding-left: 1.2rem; }
`;

const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

function judgedBy(mode: RescoreMode): string {
  switch (mode) {
    case 'then':
      return 'each message by what was known when it came';
    case 'live':
      return 'each message by what the store knew on the day of this run';
    case 'learn':
      return 'each message by what the store knew on the day of this run and the messages before it taught';
  }
}

export const reportHtml = (end: RescoreEnd, summary: Summary, mode: RescoreMode): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tidemark: what is in these exports</title>
<style>${STYLE}</style>
</head>
<body>
<h1>What is in these exports</h1>
${totals(end, summary)}
<h2>Time line</h2>
${timeLine(summary.bars)}
<h2>The worst first, in campaigns</h2>
${campaigns(summary)}
${damaged(end)}
<p class="dim">Judged by model ${text(end.modelVersion)}, ${judgedBy(mode)}. All rows are in results.jsonl and results.csv beside this file.
Domains of links are written with [.], so that nobody follows one by mistake.</p>
</body>
</html>
`;

/** Attackers choose it: no markup, no control character, no override of the direction. */
export const text = (raw: string): string =>
  raw
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

const count = (n: number): string => n.toLocaleString('en');
const inert = (domain: string): string => text(domain.replaceAll('.', '[.]'));

function totals(end: RescoreEnd, { attackTypes, stoppedCount, campaignCount }: Summary): string {
  const { actions, sentCount, repeatCount, datesDisagreeCount, foundCount } = end;
  const rows: readonly (readonly [string, number])[] = [
    ['messages found', foundCount],
    ['held', actions.hold],
    ['stripped', actions.strip],
    ['delivered', actions.deliver],
    ['sent by the owners', sentCount],
    ['judged, and seen before in the exports', repeatCount],
    ['whose Received and Date are more than a day apart', datesDisagreeCount],
    ['that could not be judged', damagedCount(end)],
    ['left out: drafts, and what is no mail', leftOutCount(end)],
  ];
  const types = attackTypes.map(([type, n]) => `${text(type)} ${count(n)}`).join(', ');
  return `<table>${rows.map(([name, n]) => `<tr><td>${name}</td><td class="n">${count(n)}</td></tr>`).join('')}</table>
<p>${stoppedCount === 0 ? 'Nothing was held or stripped.' : `${count(stoppedCount)} were held or stripped, in ${count(campaignCount)} campaigns: ${types}.`}</p>`;
}

const leftOutCount = (end: RescoreEnd): number =>
  Object.values(end.skippedCounts).reduce((sum, n) => sum + n, 0) - damagedCount(end);

const WIDTH = 1000;
const HEIGHT = 100;

/** Delivered mail on a scale of its own behind: attacks are few. */
function timeLine(bars: readonly Bar[]): string {
  const [first, last] = [bars.at(0), bars.at(-1)];
  if (first === undefined || last === undefined) return '<p>No message was judged.</p>';
  const most = { stopped: 1, deliver: 1 };
  for (const { counts } of bars) {
    most.stopped = Math.max(most.stopped, counts.hold + counts.strip);
    most.deliver = Math.max(most.deliver, counts.deliver);
  }
  const width = WIDTH / bars.length;
  const rect = (at: number, kind: Action, from: number, to: number): string =>
    to <= from
      ? ''
      : `<rect class="${kind}" x="${(at * width).toFixed(1)}" y="${(HEIGHT - to).toFixed(1)}" width="${(width * 0.9).toFixed(1)}" height="${(to - from).toFixed(1)}"/>`;
  const drawn = bars.map(({ from, to, counts }, at) => {
    const hold = (counts.hold / most.stopped) * HEIGHT;
    const stopped = ((counts.hold + counts.strip) / most.stopped) * HEIGHT;
    const title = `${from}${from === to ? '' : ` to ${to}`}: ${ACTIONS.map((action) => `${action} ${counts[action]}`).join(', ')}`;
    return `<g><title>${title}</title>${rect(at, 'deliver', 0, (counts.deliver / most.deliver) * HEIGHT)}${rect(at, 'hold', 0, hold)}${rect(at, 'strip', hold, stopped)}</g>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="messages by day">${drawn.join('')}</svg>
<p class="dim">${first.from} to ${last.to}. Full height: <span class="hold">held</span> and <span class="strip">stripped</span> ${count(most.stopped)}, delivered ${count(most.deliver)}.</p>`;
}

const MAX_MESSAGES = 20; // shown of a campaign

function campaigns({ campaigns: all, campaignCount, groupedCount, stoppedCount }: Summary): string {
  if (all.length === 0) return '<p>None.</p>';
  const notes = [
    ...(campaignCount > all.length ? [`The worst ${count(all.length)} of ${count(campaignCount)} campaigns.`] : []),
    ...(stoppedCount > groupedCount ? [`Put together from the worst ${count(groupedCount)} messages.`] : []),
  ];
  return `<p class="dim">${notes.join(' ')}</p>${all.map(campaign).join('\n')}`;
}

function campaign({ shared, rows }: Campaign): string {
  const [worst] = rows;
  if (worst === undefined) return '';
  const times = rows.map(({ arrivedAt }) => arrivedAt).sort();
  const [first = '', last = ''] = [times.at(0)?.slice(0, 10), times.at(-1)?.slice(0, 10)];
  const mailboxes = new Set(rows.flatMap((row) => row.mailboxes ?? []));
  const size =
    rows.length === 1
      ? first
      : `${count(rows.length)} messages to ${count(mailboxes.size)} ${mailboxes.size === 1 ? 'mailbox' : 'mailboxes'}, ${first === last ? first : `${first} to ${last}`}`;
  const more = rows.length > MAX_MESSAGES ? `<p class="dim">and ${count(rows.length - MAX_MESSAGES)} more</p>` : '';
  return `<details><summary>${verdict(worst)} ${text(worst.from ?? 'nobody')} “${text(worst.subject ?? '')}” <span class="dim">${size}</span></summary>
${shared.length === 0 ? '' : `<p>Shared: ${shared.map((one) => inert(one)).join('; ')}</p>`}
${rows.slice(0, MAX_MESSAGES).map(message).join('\n')}${more}
</details>`;
}

const verdict = ({ action = 'deliver', score = 0, attackType }: RescoreRow): string =>
  `<span class="${action}">${action} ${(score * 100).toFixed(1)} %</span>${attackType === undefined ? '' : ` ${text(attackType)}`}`;

function message(row: RescoreRow): string {
  const { file, index, offset, reason = '', reasons = [], linkDomains = [], attachments = [], mailboxes = [] } = row;
  const place = `${text(file)}${index === undefined ? '' : `, message ${index}`}${offset === undefined ? '' : `, byte ${offset}`}`;
  const marks = [
    ...(row.isRebuilt ? ['put together from fields'] : []),
    ...(row.isRepeat ? ['seen before'] : []),
    ...(row.keptAs === undefined ? [] : [`lay in ${row.keptAs}`]),
    ...(row.datesDisagree ? [disagreement(row)] : []),
  ];
  const lines = [
    `${verdict(row)} ${text(row.arrivedAt)} to ${mailboxes.map(text).join(', ')}${marks.length === 0 ? '' : ` (${marks.join('; ')})`}`,
    `From ${text(row.from ?? 'nobody')}, subject “${text(row.subject ?? '')}”`,
    text(reason),
  ];
  const list = reasons.map(({ logOdds, sentence }) => `<li>+${logOdds.toFixed(2)} ${text(sentence)}</li>`).join('');
  const links = linkDomains.length === 0 ? '' : `<br>Links to ${linkDomains.map(inert).join(', ')}`;
  const files = attachments.map(
    ({ name = 'without a name', sha256 }) => `<br>File ${text(name)} <code>${text(sha256)}</code>`,
  );
  return `<div class="message">${lines.join('<br>')}<ul>${list}</ul><span class="dim">${place}${row.messageId === undefined ? '' : `, Message-ID ${text(row.messageId)}`}${links}${files.join('')}</span></div>`;
}

const disagreement = ({ date = '', received, arrivedBy }: RescoreRow): string =>
  [
    ...(received === undefined ? [] : [`Received says ${text(received)}`]),
    ...(arrivedBy === 'date' ? [] : [`Date says ${text(date)}`]),
  ].join(', ');

function damaged(end: RescoreEnd): string {
  const { damaged: all } = end;
  if (all.length === 0) return '';
  const rows = all.map(
    ({ file, index, offset, reason }) =>
      `<tr><td>${text(file)}</td><td class="n">${index ?? ''}</td><td class="n">${offset ?? ''}</td><td>${reason}</td></tr>`,
  );
  const more = damagedCount(end) - all.length;
  return `<h2>Could not be judged</h2>
<table><tr><th>file</th><th class="n">message</th><th class="n">byte</th><th>reason</th></tr>${rows.join('')}</table>
${more > 0 ? `<p class="dim">and ${count(more)} more: rows whose outcome is skipped</p>` : ''}`;
}
