/** Golden mail: samples/<family>/<case>/ as typed data. Used by tests, demo, bench and eval; the files are described in samples/README.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Direction, Envelope } from '../src/domain/mail.ts';
import { ACTIONS, type Action, ATTACK_TYPES, type AttackType } from '../src/domain/verdict.ts';
import { expandHistory, type HistoryMessage, historyLine, inTimeOrder } from './history/expand.ts';

export { expandHistory, type HistoryLine, type HistoryMessage } from './history/expand.ts';

export const SAMPLE_FILES = ['message.eml', 'context.json', 'expected.json', 'why.md'] as const;

export interface SampleContext {
  /** The protected mailbox that the message is judged for. */
  readonly mailbox: string;
  readonly envelope: Envelope;
  readonly direction: Direction;
  readonly receivedAt: number;
}

export interface Expected {
  readonly action: Action;
  /** Detectors that must fire, and that must not. Others may do either. */
  readonly indicators: readonly string[];
  readonly silent: readonly string[];
  readonly scoreBand: readonly [low: number, high: number];
  readonly attackType?: AttackType;
}

export interface Sample {
  readonly family: string;
  readonly name: string;
  /** CRLF line ends. */
  readonly raw: Buffer;
  readonly context: SampleContext;
  readonly expected: Expected;
  /** 'family/case' of the nearest message that must be judged the other way. Every attack has one. */
  readonly twin?: string;
  readonly why: string;
  /** What the organisation had received and sent before: the common history and the case's own, oldest first. */
  readonly history: readonly HistoryMessage[];
}

const contextFile = z.strictObject({
  mailbox: z.email(),
  envelope: z.strictObject({
    mailFrom: z.string(),
    clientIp: z.union([z.ipv4(), z.ipv6()]),
    helo: z.string(),
    rcptTo: z.array(z.email()).optional(),
    user: z.string().optional(),
  }),
  direction: z.enum(['inbound', 'outbound', 'internal']),
  receivedAt: z.iso.datetime({ offset: true }),
  history: z.array(historyLine),
});

const detectorIds = z.array(z.string().regex(/^[a-z]+(-[a-z]+)*$/));
const expectedFile = z.strictObject({
  action: z.enum(ACTIONS),
  indicators: detectorIds,
  silent: detectorIds,
  scoreBand: z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]),
  attackType: z.enum(ATTACK_TYPES).optional(),
  twin: z.string().optional(),
});

/** All cases below `dir`, by name. Throws with the path of the file that is missing or not as samples/README.md says. */
export function loadSamples(dir: string): readonly Sample[] {
  // Written once and shared, so that whoever observes it for many cases can know a message again by its identity.
  const common = expandHistory(readJson(join(dir, 'history.json'), z.array(historyLine)));
  return foldersIn(dir).flatMap((family) =>
    foldersIn(join(dir, family)).map((name) => loadSample(dir, family, name, common)),
  );
}

function loadSample(dir: string, family: string, name: string, common: readonly HistoryMessage[]): Sample {
  const path = join(dir, family, name);
  const missing = SAMPLE_FILES.find((file) => !existsSync(join(path, file)));
  if (missing !== undefined) throw new Error(`${path} has no ${missing}`);
  const { history, receivedAt, envelope, ...context } = readJson(join(path, 'context.json'), contextFile);
  const { attackType, twin, ...expected } = readJson(join(path, 'expected.json'), expectedFile);
  return {
    family,
    name,
    raw: withWireLineEnds(readFileSync(join(path, 'message.eml'))),
    context: { ...context, receivedAt: Date.parse(receivedAt), envelope: toEnvelope(envelope, context.mailbox) },
    expected: { ...expected, ...(attackType === undefined ? {} : { attackType }) },
    ...(twin === undefined ? {} : { twin }),
    why: readFileSync(join(path, 'why.md'), 'utf8'),
    history: inTimeOrder([...common, ...expandHistory(history)]),
  };
}

function toEnvelope(
  { mailFrom, clientIp, helo, rcptTo, user }: z.output<typeof contextFile>['envelope'],
  mailbox: string,
): Envelope {
  const reversePath = mailFrom === '<>' ? '' : mailFrom;
  return {
    mailFrom: reversePath,
    clientIp,
    helo,
    rcptTo: rcptTo ?? [mailbox],
    ...(user === undefined ? {} : { user }),
  };
}

/** latin1 maps bytes to characters one to one: nothing but line ends changes. */
const withWireLineEnds = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');

const foldersIn = (dir: string): readonly string[] =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

function readJson<T extends z.ZodType>(path: string, shape: T): z.output<T> {
  const result = shape.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!result.success) throw new Error(`${path}: ${z.prettifyError(result.error)}`);
  return result.data;
}
