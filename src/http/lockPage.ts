/** The page for a locked link. No script, nothing to load, no link on it; whatever an attacker may have written is text. */
import type { FoundLock, LockPolicy } from '../domain/lock.ts';
import { plainUnicodeHost } from '../text/unicodeHost.ts';
import { escaped } from './html.ts';

/** What the page says and allows. */
export interface LockView {
  /** Where the click ends, big; as it stands in the address. */
  readonly host: string;
  /** The same in its own letters. */
  readonly unicodeHost?: string;
  /** Another host, through which it goes first. */
  readonly through?: string;
  readonly url: string;
  readonly reasons: readonly string[];
  readonly from?: string;
  readonly receivedAt: number;
  /** What a person said about the message. */
  readonly feedback?: 'safe' | 'threat';
  /** Where 'go on' leads; absent: nowhere. */
  readonly onward?: string;
}

const MAX_REASONS = 5;
const MAX_TEXT = 500; // characters of a sentence or an address: evidence in it has 200

export function lockView({ lock, entry: { verdict, feedback } }: FoundLock, policy: LockPolicy): LockView {
  const parsed = URL.parse(lock.url);
  const first = parsed?.hostname.replace(/\.$/, '') ?? '';
  const unicodeHost = plainUnicodeHost(lock.host);
  const isAllowed = policy === 'warn' || feedback === 'safe';
  return {
    host: lock.host,
    ...(unicodeHost === undefined ? {} : { unicodeHost }),
    ...(first === lock.host ? {} : { through: first }),
    url: lock.url,
    reasons: reasonsFor([lock.host, first], verdict),
    ...(verdict.from === undefined ? {} : { from: verdict.from }),
    receivedAt: verdict.receivedAt,
    ...(feedback === undefined ? {} : { feedback }),
    ...(isAllowed && parsed !== null && /^https?:$/.test(parsed.protocol) ? { onward: parsed.href } : {}),
  };
}

/** What was found about the hosts; about the message, where nothing names them. */
function reasonsFor(
  hosts: readonly string[],
  { findings, contributions, banner, reason }: FoundLock['entry']['verdict'],
) {
  const isAbout = (target: string) => hosts.some((host) => host === target || host.endsWith(`.${target}`));
  const named = findings
    .filter(({ outcome, targets = [] }) => outcome === 'fired' && targets.some(isAbout))
    .map(({ detector }) => contributions.find(({ source }) => source === detector)?.sentence ?? detector);
  return named.length > 0 ? [...new Set(named)].slice(0, MAX_REASONS) : [banner ?? reason];
}

export function lockPage(view: LockView, style: string): string {
  const { host, unicodeHost, through, url, reasons, from, receivedAt, feedback } = view;
  const received = new Date(receivedAt);
  const body = [
    '<h1>This link is locked</h1>',
    '<p>It came in a message that looks dangerous. It leads to</p>',
    `<p class="host"><strong>${said(host)}</strong></p>`,
    unicodeHost === undefined ? '' : `<p>In its own letters: <bdi>${said(unicodeHost)}</bdi></p>`,
    through === undefined ? '' : `<p>On the way there it goes through <b>${said(through)}</b>.</p>`,
    feedback === undefined
      ? ''
      : `<p class="note">Since then a person has looked at the message and ${OUTCOME[feedback]}.</p>`,
    '<h2>Why it is locked</h2>',
    `<ul>${reasons.map((one) => `<li>${said(one)}</li>`).join('')}</ul>`,
    '<h2>The message</h2>',
    `<dl><dt>From</dt><dd>${from === undefined ? 'an address that cannot be read' : said(from)}</dd>`,
    `<dt>Received</dt><dd><time datetime="${received.toISOString()}">${received.toUTCString()}</time></dd></dl>`,
    '<h2>The whole address</h2>',
    `<p><code>${said(url, url.length)}</code></p>`,
    ...goingOn(view),
  ];
  return page('This link is locked', style, body.filter((line) => line !== '').join('\n'));
}

/** What no token leads to, in as few words as possible. */
export const nothingPage = (style: string): string => page('Not found', style, '<p>There is nothing here.</p>');

const OUTCOME: Readonly<Record<'safe' | 'threat', string>> = {
  safe: 'released it as safe',
  threat: 'confirmed that it is a threat',
};
const ADVICE =
  '<p>Do not enter a password there. If you did not expect this message, close this page and ask the sender in another way.</p>';
const NO_WAY = '<p>It cannot be opened from here. If you need it, ask those who look after your mail.</p>';

function goingOn({ host, onward, feedback }: LockView): readonly string[] {
  if (onward === undefined) return [NO_WAY];
  // Without an action the form goes to where the page is, whatever stands before its path.
  const form = `<form method="post"><button>Go on to ${said(host)}</button></form>`;
  return feedback === 'safe' ? [form] : [ADVICE, form];
}

const page = (title: string, style: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;

const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu; // controls, marks that turn the direction of writing, lone surrogates

/** Text as it stands, without what is not seen. */
function said(text: string, maxLength = MAX_TEXT): string {
  const short = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return escaped(short.replace(UNSEEN, '\ufffd'));
}
