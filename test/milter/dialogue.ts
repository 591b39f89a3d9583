/**
 * Dialogues as text. `>` is what the MTA says, `<` what it is answered, `=` what the service was handed or keeps, `@` how the service is set up.
 * \n, \r and \t stand for themselves; a header is `Name:value`, with its leading space. However often we say in a row that we are at it (p), it is one
 * line: how often depends on the machine.
 */
import { connect } from 'node:net';
import { createCheckRelease } from '../../src/custody/releaseMark.ts';
import type { Keep } from '../../src/domain/custody.ts';
import { IntakeError, type IntakeRequest, type ScoredMessage } from '../../src/domain/service.ts';
import type { Stripped } from '../../src/domain/strip.ts';
import { directionsIn } from '../../src/intake.ts';
import { createFrameReader, type Frame, frame } from '../../src/milter/frames.ts';
import { DEFAULT_LIMITS, startMilter } from '../../src/milter/listen.ts';
import { splitHeaders } from '../../src/milter/mail.ts';
import type { SessionParts } from '../../src/milter/session.ts';
import { isWithin, readNetwork } from '../../src/text/localNetworks.ts';
import { aVerdict } from '../http/service.ts';

const escaped = (text: string): string =>
  text.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\0', '\\0');
const unescaped = (text: string): string =>
  text.replace(/\\([nrt0])/g, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t', '0': '\0' })[letter] ?? '');

/** One line of the MTA's → its frame. */
export function spoken(line: string): Buffer {
  const [command = '', ...words] = line.split(' ');
  const rest = unescaped(line.slice(2));
  switch (command) {
    case 'O':
      return frame('O', ...words.map(Number));
    case 'D':
      return frame('D', Buffer.from(words[0] ?? ''), ...words.slice(1).flatMap((word) => word.split('=')));
    case 'C': {
      const [host = '', family = 'U', port = '0', address = ''] = words;
      if (family === 'U') return frame('C', host, Buffer.from('U'));
      const portBytes = Buffer.alloc(2);
      portBytes.writeUInt16BE(Number(port));
      return frame('C', host, Buffer.from(family), portBytes, address);
    }
    case 'M':
    case 'R':
      return frame(command, ...words);
    case 'H':
      return frame('H', rest);
    case 'L': {
      const colon = rest.indexOf(':');
      return frame('L', rest.slice(0, colon), rest.slice(colon + 1));
    }
    case 'B':
    case 'E':
      return frame(command, Buffer.from(rest, 'latin1'));
    default:
      return frame(command);
  }
}

/** A frame of ours → one line. */
export function heard({ command, data }: Frame): string {
  const words = (from: number) => data.toString('latin1', from).split('\0');
  switch (command) {
    case 'O': {
      const numbers = [data.readUInt32BE(0), ...[4, 8].map((at) => `0x${data.readUInt32BE(at).toString(16)}`)];
      return ['O', ...numbers, ...macroLists(data.subarray(12))].join(' ');
    }
    case 'h':
      return escaped(`h ${words(0).slice(0, 2).join(':')}`);
    case 'i':
    case 'm':
      return escaped(`${command} ${data.readUInt32BE(0)} ${words(4).slice(0, 2).join(':')}`);
    case 'b':
      return escaped(`b ${data.toString('latin1')}`);
    case 'q':
      return escaped(`q ${words(0)[0]}`);
    default:
      return data.length === 0 ? command : escaped(`${command} ${data.toString('latin1')}`);
  }
}

function macroLists(data: Buffer): readonly string[] {
  const lists: string[] = [];
  for (let at = 0; at < data.length; ) {
    const end = data.indexOf(0, at + 4);
    lists.push(`${data.readUInt32BE(at)}=[${data.toString('latin1', at + 4, end)}]`);
    at = end + 1;
  }
  return lists;
}

function handed({ direction, clientIp, helo, user, mailFrom, rcptTo = [], raw }: IntakeRequest): string {
  const [trace] = splitHeaders(raw);
  const known = { ip: clientIp, helo, user, from: mailFrom, to: rcptTo.join(',') };
  const words = Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}`));
  const by = trace?.name === 'Received' ? `\n= Received:${escaped(trace.value.replace(/;.*/s, ''))}` : '';
  return `= ${direction} ${words.join(' ')}${by}`;
}

/** Takes all links out, and says so in a header: the shape of a real rewriter. */
export function withoutLinks(raw: Buffer): Stripped {
  const end = raw.indexOf('\r\n\r\n');
  const kept = splitHeaders(raw.subarray(0, end)).filter(({ name }) => name !== 'Content-Transfer-Encoding');
  const headers = kept.map((header) =>
    header.name === 'Content-Type' ? { ...header, value: ' text/plain; charset=utf-8' } : header,
  );
  const lines = [...headers, { name: 'X-Rewritten', value: ' yes' }].map(({ name, value }) => `${name}:${value}\r\n`);
  const text = raw.toString('latin1', end + 4).replaceAll(/https?:\S+/g, '[removed]');
  const [head, body] = [`${lines.join('')}\r\n`, text].map((part) => Buffer.from(part, 'latin1')) as [Buffer, Buffer];
  return {
    isRewritten: true,
    bytes: Buffer.concat([head, body]),
    headers: [],
    body,
    changes: [],
    locks: [],
    unmet: [],
  };
}

const SIGNED: Stripped = { isRewritten: false, refusal: 'signed', detail: 'a change would break the signature' };

interface Played {
  /** The whole dialogue as it went. */
  readonly text: string;
  readonly problems: readonly string[];
}

export const RELEASE_SECRETS: readonly string[] = [
  'the one that signs now, of 32 characters',
  'the one that signed before it, of 40',
];
const NOW = Date.UTC(2026, 10, 25, 12);

/** Writes down what it is to keep; `only`: of the others, all. */
const keepAs =
  ([wanted = '', only]: readonly string[], asked: string[]): Keep =>
  async ({ why, verdictId, envelope, rcptMailboxes, mailboxes }, { raw }) => {
    const { mailFrom } = envelope;
    const rcptTo = envelope.rcptTo.map((address, at) => {
      const owner = rcptMailboxes?.[at] ?? address;
      return owner === address.toLowerCase() ? address : `${address}[${owner}]`;
    });
    const how = only === undefined || only === why ? wanted : '';
    if (how === 'fails') throw new Error('disk full');
    if (how === 'late') await new Promise((resolve) => setTimeout(resolve, 200));
    if (how === 'full') return 'full';
    asked.push(
      `= kept ${why} ${verdictId ?? 'without verdict'} from=${mailFrom} to=${rcptTo.join(',')} of=${mailboxes.join(',')}`,
    );
    asked.push(`= ${escaped(raw.toString('latin1'))}`);
    return 'kept';
  };

const PROGRESS = 'p';
const SETTLE_MS = 30; // an answer too many would come meanwhile

/** Plays the MTA's part over a Unix socket. */
export async function play(dialogue: string, path: string): Promise<Played> {
  const lines = dialogue.trimEnd().split('\n');
  const setup = lines.filter((line) => line.startsWith('@ '));
  const asked: string[] = [];
  const problems: string[] = [];
  const parts = {
    ...partsOf(setup, asked),
    watcher: { answered() {}, problem: (what: string) => problems.push(what) },
  };
  const quiet = { opened() {}, closed() {}, refused() {}, cutOff: (why: string) => problems.push(why) };
  const milter = await startMilter({ path, mode: 0o600 }, parts, quiet, { ...DEFAULT_LIMITS, drainMs: 1000 });
  const socket = connect(path);
  const frames = createFrameReader(1024 * 1024);
  const said: string[] = [];
  let last = '';
  socket.on('data', (bytes) => {
    for (const one of frames.read(bytes)) {
      const text = heard(one);
      if (text !== PROGRESS || last !== PROGRESS) said.push(text);
      last = text;
    }
  });
  const out: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    if (line.startsWith('> ')) {
      socket.write(spoken(line.slice(2)));
      out.push(line);
      at++;
    } else if (line.startsWith('< ') || line.startsWith('= ')) {
      const end = lines.findIndex((next, index) => index > at && !/^[<=] /.test(next));
      const expected = lines.slice(at, end < 0 ? undefined : end);
      const answers = expected.filter((next) => next.startsWith('< ')).length;
      await until(() => said.length >= answers || socket.closed);
      out.push(...asked.splice(0), ...said.splice(0, answers).map((text) => `< ${text}`));
      at += expected.length;
    } else {
      out.push(line);
      at++;
    }
  }
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  out.push(...asked, ...said.map((text) => `< ${text}`));
  socket.destroy();
  await milter.drain();
  return { text: out.join('\n'), problems };
}

async function until(holds: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 20_000;
  while (!holds() && performance.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 2));
}

function partsOf(setup: readonly string[], asked: string[]): Omit<SessionParts, 'watcher'> {
  const has = (key: string) => setup.some((line) => line.startsWith(`@ ${key}`));
  const wordsOf = (key: string) =>
    setup
      .find((line) => line.startsWith(`@ ${key}`))
      ?.slice(key.length + 3)
      .split(' ') ?? [];
  const [action = 'deliver', score = '0.02', proposed = action] = wordsOf('verdict');
  const mailboxes = wordsOf('mailboxes').map((word) => {
    const [mailbox = '', its = ''] = word.split('=');
    const [one] = aVerdict().mailboxes;
    if (one === undefined) throw new Error('a verdict is for a mailbox');
    return { ...one, mailbox, action: its as 'deliver', score: its === 'hold' ? 0.97 : 0.3 };
  });
  const verdict = aVerdict({
    ...(mailboxes.length > 0 ? { mailboxes } : {}),
    action: action as 'deliver',
    enacted: action as 'deliver',
    proposed: proposed as 'deliver',
    score: Number(score),
    reason: unescaped(wordsOf('reason').join(' ')) || 'Nothing unusual.',
  });
  const verification = {
    authservId: 'own verification',
    spf: 'pass',
    spfDomain: 'partner.example',
    dkim: [{ result: 'fail', domain: 'bad domain' }],
    dmarc: 'pass',
    dmarcDomain: 'partner.example',
    arc: 'none',
    hasManyAuthors: false,
    isIncomplete: false,
    defects: [],
  } as const;
  return {
    tenant: 'default',
    async score(request): Promise<ScoredMessage> {
      asked.push(...handed(request).split('\n'));
      if (has('scoring fails')) throw new IntakeError('no-mailbox', 'mailbox', 'nobody');
      if (has('scoring is late')) await new Promise((resolve) => setTimeout(resolve, 200));
      const stripped = has('rewrites') ? withoutLinks(request.raw) : SIGNED;
      const reword = async (restoring: string) => {
        if (has('rewording fails')) throw new Error('out of memory');
        return withoutLinks(Buffer.concat([request.raw, Buffer.from(restoring)]));
      };
      return {
        verdict,
        ...(has('verifies') ? { verification } : {}),
        ...(action === 'strip' ? { stripped } : {}),
        ...(action === 'hold' ? { strippedForOthers: stripped } : {}),
        ...(has('rewords') || has('rewording') ? { reword } : {}),
      };
    },
    directionFor: directionsIn(
      { ownDomains: ['acme.example'], authservIds: [] },
      isWithin(wordsOf('own-networks').flatMap((text) => readNetwork(text) ?? [])),
    ),
    ...(has('custody') ? { keep: keepAs(wordsOf('custody'), asked) } : {}),
    ...(has('custody') || has('originals')
      ? { keepStripped: keepAs([...wordsOf('custody'), ...wordsOf('originals')], asked) }
      : {}),
    keepUnscored: keepAs(wordsOf('custody'), asked),
    ...(has('releases') ? { checkRelease: createCheckRelease('default', RELEASE_SECRETS, () => NOW) } : {}),
    onFailure: has('on-failure tempfail') ? 'tempfail' : 'accept',
    isVerifying: has('verifies'),
    ...(has('authserv-id') ? { authservId: wordsOf('authserv-id')[0] ?? '' } : {}),
    maxMessageBytes: has('small') ? 3000 : 1_000_000,
    scoreLimitMs: 100,
    keepLimitMs: 100,
    progressMs: 40,
    now: () => NOW,
  };
}
