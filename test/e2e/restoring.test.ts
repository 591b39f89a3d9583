/** What the reader of a removed file is told is true, whatever became of the original: the whole service, by its milter. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { loadSamples } from '../../bench/samples.ts';
import { OVERHEAD_BYTES } from '../../src/domain/custody.ts';
import { createFrameReader, frame } from '../../src/milter/frames.ts';
import { spoken } from '../milter/dialogue.ts';
import { startTidemark } from './tidemark.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-restoring-'));
afterAll(() => rmSync(dir, { recursive: true }));

const NEVER_HELD = join(dir, 'policy.json');
writeFileSync(NEVER_HELD, JSON.stringify({ budgets: { stranger: { hold: 0 }, known: { hold: 0 } } }));

const samples = loadSamples(join(import.meta.dirname, '..', '..', 'samples'));
const rawOf = (name: string): Buffer => samples.find((sample) => sample.name === name)?.raw ?? Buffer.alloc(0);
/** Stripped of a file where the policy holds nothing that is not certain. */
const STRIPPED = rawOf('svg-voicemail');
/** Held, as its name is certainly a lie; with what stands behind its last part it fills a megabyte, but for some bytes. */
const HELD = ((): Buffer => {
  const line = `${'x'.repeat(70)}\r\n`;
  const text = rawOf('reversed-file-name').toString('latin1').replaceAll(/\r?\n/g, '\r\n');
  const room = 2 ** 20 - OVERHEAD_BYTES - text.length - 1000;
  return Buffer.from(text + line.repeat(Math.floor(room / line.length)), 'latin1');
})();

const custody = {
  HOLD: 'custody',
  RELEASE_SMTP: '127.0.0.1:25', // nothing is given back
  RELEASE_SECRET: 'a-secret-of-these-tests-of-40-characters',
};
test.each<[string, Record<string, string>, (dataDir: string, socket: string) => Promise<void>, string]>([
  ['kept', custody, async () => undefined, 'Ask your administrator for the original.'],
  [
    'custody full',
    { ...custody, CUSTODY_MAX_MB: '1' },
    async (_, socket) => expect(await handIn(socket, HELD)).toEqual({ answer: 'd', body: '' }),
    'Ask your administrator whether the original was kept.',
  ],
  [
    'custody that cannot be written to',
    custody,
    async (dataDir) => writeFileSync(join(dataDir, 'custody'), 'a file in the place of a folder'),
    'Ask your administrator whether the original was kept.',
  ],
  [
    'no custody',
    {},
    async () => undefined,
    'The original was not kept here. If you expected the file, ask its sender,',
  ],
])(
  '%s',
  async (name, env, prepare, sentence) => {
    const dataDir = join(dir, name);
    const socket = join(tmpdir(), `tidemark-restoring-${process.pid}.sock`);
    const own = { MILTER: `unix:${socket}`, DATA_DIR: dataDir, OWN_DOMAINS: 'acme.example', POLICY_FILE: NEVER_HELD };
    const tidemark = await startTidemark({ ...own, ...env });
    try {
      await prepare(dataDir, socket);
      const { answer, body } = await handIn(socket, STRIPPED);
      expect(answer).toBe('c');
      expect(body).toContain('Tidemark removed a file that came with this message.');
      expect(body.replaceAll(/\s+/g, ' ')).toContain(sentence);
      expect(body.match(/Ask your administrator|The original was not kept/g)).toHaveLength(1);
    } finally {
      await tidemark.kill('SIGTERM');
    }
  },
  60_000,
);

/** The last word, and what the MTA is to put in the body's place. */
async function handIn(socket: string, message: Buffer) {
  const client = connect(socket);
  const frames = createFrameReader(1024 * 1024);
  const text = message.toString('latin1').replaceAll('\r\n', '\n');
  const end = text.indexOf('\n\n');
  const pieces: Buffer[] = [];
  const last = new Promise<string>((resolve, reject) => {
    client.on('error', reject);
    client.on('close', () => reject(new Error('the connection broke')));
    client.on('data', (bytes) => {
      for (const { command, data } of frames.read(bytes)) {
        if (command === 'b') pieces.push(Buffer.from(data));
        if ('actd'.includes(command)) resolve(command);
      }
    });
  });
  const headers = text.slice(0, end).split(/\n(?![ \t])/);
  client.write(spoken('O 6 0x1ff 0x1fffff'));
  client.write(spoken('M <bea@partner.example>'));
  client.write(spoken('R <ana@acme.example>'));
  for (const header of headers) client.write(spoken(`L ${header.replaceAll('\n', '\\n')}`));
  const body = Buffer.from(text.slice(end + 2).replaceAll('\n', '\r\n'), 'latin1');
  for (let at = 0; at < body.length; at += 60_000) {
    client.write(frame('B', body.subarray(at, at + 60_000)));
  }
  client.write(spoken('E'));
  const answer = await last;
  client.removeAllListeners('close').destroy();
  return { answer, body: Buffer.concat(pieces).toString('latin1') };
}
