/**
 * Random and mutated packets in every state of a session, with the whole service behind it. What is allowed: an answer in the protocol, or a
 * ProtocolError. Used by test/milter/fuzz.test.ts with few packets, and by `npm run bench -- --only milter-fuzz --packets 200000`, with
 * `--hold custody` with what is held kept by the service.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeep } from '../../src/custody/keep.ts';
import { createCheckRelease } from '../../src/custody/releaseMark.ts';
import type { Custody } from '../../src/domain/custody.ts';
import { IntakeError } from '../../src/domain/service.ts';
import type { Problem } from '../../src/milter/answer.ts';
import { createFrameReader, frame, ProtocolError } from '../../src/milter/frames.ts';
import { toPacket } from '../../src/milter/packets.ts';
import { createSession, type SessionParts } from '../../src/milter/session.ts';
import { openReader } from '../../src/readApart.ts';
import { createService } from '../../src/service.ts';
import { createSlots } from '../../src/slots.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import { eicarMail } from '../eicar.ts';
import { ACME } from '../judge.ts';
import { type Random, seeded } from '../random.ts';

export interface FuzzReport {
  readonly packets: number;
  readonly sessions: number;
  /** Sessions that a ProtocolError ended. */
  readonly refused: number;
  /** Messages that reached their end, by what they were answered. */
  readonly answered: Readonly<Record<string, number>>;
  readonly problems: Readonly<Record<string, number>>;
  /** What must not happen, with the seed of the session it happened in. */
  readonly failures: readonly string[];
  /** Resident memory after a tenth of the packets, and at the end; MB. */
  readonly residentMb: readonly [early: number, late: number];
}

const MAX_FRAME_BYTES = 1024 * 1024;
const REPLIES = { mta: 'Octhimbqp', custody: 'Octhimbqpd-' };
const LONGEST_SESSION = 40; // packets

/** `hold` as HOLD. */
export async function fuzzMilter(packets: number, firstSeed = 1, hold: 'mta' | 'custody' = 'mta'): Promise<FuzzReport> {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-fuzz-'));
  const store = await openSqliteStore({ path: hold === 'mta' ? ':memory:' : join(dir, 'a.sqlite') });
  const keeping = hold === 'mta' ? undefined : smallCustody(store.custody);
  const reader = openReader(ACME);
  const policy = DEFAULT_POLICY;
  const parts = { store, read: reader.read, organisation: ACME, policy, learnDelayMs: 0, now: Date.now };
  const service = createService(parts);
  const answered: Record<string, number> = {};
  const problems: Record<string, number> = {};
  const failures: string[] = [];
  const session: SessionParts = {
    tenant: 'default',
    score: (request, onDecided) => service.scoreAndStrip(request, { isSplittable: keeping !== undefined, onDecided }),
    ...keeping?.parts,
    directionFor: ({ user }) => (user === undefined ? 'inbound' : 'outbound'),
    onFailure: 'accept',
    isVerifying: true,
    maxMessageBytes: 100_000,
    scoreLimitMs: 20_000,
    keepLimitMs: 20_000,
    progressMs: 5000,
    now: Date.now,
    watcher: {
      answered({ word, outcome }) {
        answered[word] = (answered[word] ?? 0) + 1;
        if (word !== 'custody' || outcome.kind !== 'scored' || keeping?.isKept(outcome.verdict.id)) return;
        failures.push(`the MTA was told to forget ${outcome.verdict.id}, which was not kept`);
      },
      problem(problem: Problem, _id, detail) {
        problems[problem] = (problems[problem] ?? 0) + 1;
        // A message for nobody is the one that no MTA sends.
        const isForNobody = detail instanceof IntakeError && detail.code === 'no-mailbox';
        if (problem === 'scoring-failed' && !isForNobody) failures.push(`scoring: ${String(detail)}`);
      },
    },
  };
  let done = 0;
  let sessions = 0;
  let refused = 0;
  let early = 0;
  while (done < packets) {
    const seed = firstSeed + sessions++;
    const outcome = await runSession(session, seed, hold);
    done += outcome.packets;
    if (outcome.isRefused) refused++;
    if (outcome.failure !== undefined) failures.push(`seed ${seed}: ${outcome.failure}`);
    if (early === 0 && done >= packets / 10) early = residentMb();
  }
  await reader.close();
  await store.close();
  rmSync(dir, { recursive: true });
  return { packets: done, sessions, refused, answered, problems, failures, residentMb: [early, residentMb()] };
}

const SMALL_CUSTODY_BYTES = 64 * 1024; // often full

/** Of a store on disk. What is in it is let go whenever it was full, so that all ways out are taken. */
function smallCustody(custody: Custody) {
  let kept = new Set<string>();
  async function keep(...[original, raw, maxTotalBytes]: Parameters<Custody['keep']>) {
    const outcome = await custody.keep(original, raw, maxTotalBytes);
    if (outcome !== 'full') kept.add(original.verdictId);
    else {
      for (const id of kept) for (const one of await custody.find('default', id)) await custody.remove(one);
      kept = new Set();
    }
    return outcome;
  }
  const keeping = createKeep({ keep }, SMALL_CUSTODY_BYTES, Date.now);
  const parts: Pick<SessionParts, 'keep' | 'keepUnscored' | 'checkRelease'> = {
    keep: keeping,
    keepUnscored: keeping,
    checkRelease: createCheckRelease('default', ['a secret that nobody knows'], Date.now),
  };
  return { parts, isKept: (id: string) => kept.has(id) };
}

const residentMb = (): number => Math.round(process.memoryUsage.rss() / 2 ** 20);

async function runSession(parts: SessionParts, seed: number, hold: 'mta' | 'custody') {
  const random = seeded(seed);
  const slots = createSlots(1);
  const replies: Buffer[] = [];
  const session = createSession(parts, slots, (bytes) => replies.push(bytes));
  const frames = createFrameReader(MAX_FRAME_BYTES);
  const wire = Buffer.concat(dialogue(random, hold));
  let packets = 0;
  let isRefused = false;
  let failure: string | undefined;
  try {
    for (let at = 0; at < wire.length && !session.isOver; ) {
      const end = at + 1 + random.below(2000);
      for (const one of frames.read(wire.subarray(at, end))) {
        packets++;
        await session.take(toPacket(one));
        if (session.isOver) break;
      }
      at = end;
    }
  } catch (error) {
    isRefused = error instanceof ProtocolError;
    if (!isRefused) failure = error instanceof Error ? error.stack : String(error);
  }
  session.close();
  failure ??= brokenReply(replies, REPLIES[hold]);
  const isFree = await Promise.race([slots.take().then(() => true), new Promise((resolve) => setTimeout(resolve, 50))]);
  if (isFree !== true) failure ??= 'a place for large messages was not given back';
  return { packets: packets + (isRefused ? 1 : 0), isRefused, failure };
}

/** What we said must be in the protocol whatever we were told. */
function brokenReply(replies: readonly Buffer[], allowed: string): string | undefined {
  try {
    for (const { command, data } of createFrameReader(MAX_FRAME_BYTES).read(Buffer.concat(replies))) {
      if (!allowed.includes(command)) return `reply ${command}`;
      if ('him'.includes(command) && data.toString('latin1').split('\0').length !== 3) {
        const isIndexed = command !== 'h' && data.subarray(4).toString('latin1').split('\0').length === 3;
        if (!isIndexed) return `header reply ${JSON.stringify(data.toString('latin1'))}`;
      }
    }
    return undefined;
  } catch (error) {
    return `our own reply cannot be read: ${String(error)}`;
  }
}

const STATES = ['none', 'options', 'connection', 'envelope', 'headers', 'body', 'second message'] as const;

/** A sound beginning up to some state, then noise: random packets, and sound ones with bytes changed, cut, doubled or out of order. */
function dialogue(random: Random, hold: 'mta' | 'custody'): readonly Buffer[] {
  const state = random.below(STATES.length);
  const content = hold === 'custody' && random.below(2) === 0 ? heldMail(random) : [HEADERS, BODY];
  const sound = [OPTIONS, CONNECTION, ENVELOPE, ...content, END].slice(0, state).flat();
  const noise = Array.from({ length: random.below(LONGEST_SESSION) }, () => noisePacket(random));
  return [...sound, ...noise, ...(random.below(2) === 0 ? END : [])];
}

const mail = (text: string): readonly Buffer[] =>
  text.split('\n').map((line) => frame('L', ...line.split(/:(.*)/s, 2)));

const OPTIONS = [frame('O', 6, 0x1ff, 0x1fffff)];
const CONNECTION = [
  frame('D', Buffer.from('C'), 'j', 'mx.acme.example', '{client_addr}', '203.0.113.9'),
  frame('C', 'mail.partner.example', Buffer.from('4\0\x19', 'latin1'), '203.0.113.9'),
  frame('H', 'mail.partner.example'),
];
const ENVELOPE = [
  frame('D', Buffer.from('M'), 'i', '4XyZ', '{auth_authen}', ''),
  frame('M', '<bea@partner.example>', 'SIZE=100'),
  frame('R', '<ana@acme.example>'),
];
const HEADERS = mail(
  'From: Bea <bea@partner.example>\nTo: ana@acme.example\nSubject: Invoice\nX-Tidemark-Score: 0\nMessage-ID: <1@partner.example>',
);
/** Stripped: a mailbox of which nothing is known holds hardly anything. */
const BODY = [
  frame(
    'B',
    Buffer.from(
      'Your mailbox password expires today. Sign in now to verify your account: https://mailbox-quota.web.app/login?u=ana@acme.example\r\n',
    ),
  ),
];
const EICAR = eicarMail('\n');
const heldMail = (random: Random): readonly (readonly Buffer[])[] => [
  mail(EICAR.headers.replace('<file@', `<${random.below(2 ** 31)}@`)),
  [frame('B', Buffer.from(EICAR.body.replaceAll('\n', '\r\n')))],
];
const END = [frame('E')];
const SOUND = [
  OPTIONS,
  CONNECTION,
  ENVELOPE,
  HEADERS,
  BODY,
  END,
  [frame('A'), frame('K'), frame('T'), frame('N')],
].flat();
const COMMANDS = 'ODCHMRTLNBEAKQU';

function noisePacket(random: Random): Buffer {
  const kind = random.below(10);
  if (kind < 2) return frame(COMMANDS[random.below(COMMANDS.length)] ?? 'E', randomBytes(random, random.below(100)));
  if (kind === 2) return frame('L', randomText(random), randomText(random));
  if (kind === 3) return frame('B', Buffer.alloc(random.below(65_536), randomBytes(random, 64)));
  if (kind === 4) return frame(random.below(2) === 0 ? 'M' : 'R', randomText(random));
  const sound = SOUND[random.below(SOUND.length)] ?? Buffer.alloc(0);
  return kind < 8 ? sound : mutated(random, sound);
}

function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}

const WORDS = [
  'X-Tidemark-',
  'Authentication-Results',
  'a@b',
  '<>',
  '\n',
  '\r\n ',
  '=?',
  '"',
  ';',
  'é',
  '\x00\x01',
  ' ',
  '(',
];
const randomText = (random: Random): string =>
  Array.from({ length: random.below(12) }, () => WORDS[random.below(WORDS.length)]).join('');

function mutated(random: Random, packet: Buffer): Buffer {
  const copy = Buffer.from(packet);
  const at = random.below(copy.length);
  switch (random.below(4)) {
    case 0:
      copy[at] = random.below(256);
      return copy;
    case 1:
      return copy.subarray(0, at);
    case 2:
      return Buffer.concat([copy, copy.subarray(at)]);
    default:
      return Buffer.concat([copy.subarray(0, at), randomBytes(random, random.below(20)), copy.subarray(at)]);
  }
}
