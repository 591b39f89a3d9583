/** The command as a process that cannot start: one line for a person, and the status that says whose turn it is (78, EX_CONFIG). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'tidemark-start-'));
const server = createServer();
let takenPort = 0;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  takenPort = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true });
});

async function start(words: readonly string[], environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/main.ts', ...words], {
    cwd: ROOT,
    env: { ...process.env, DATA_DIR: join(dir, 'data'), LOG_LEVEL: 'silent', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { said, status };
}

const notAStore = join(dir, 'not-a-store');
const aFile = join(dir, 'file');
writeFileSync(aFile, 'x');

test.each<[string, readonly string[], () => Record<string, string>, () => string]>([
  [
    'a port that is taken',
    ['serve'],
    () => ({ PORT: String(takenPort) }),
    () =>
      `PORT: 127.0.0.1:${takenPort} is taken by another program, perhaps another Tidemark; stop it, or set PORT to a free one (0 picks one)`,
  ],
  [
    'a database that is away',
    ['serve'],
    () => ({ DATABASE_URL: 'postgres://tidemark:secret@127.0.0.1:1/acme' }),
    () =>
      'DATABASE_URL: PostgreSQL at 127.0.0.1:1/acme cannot be reached: connect ECONNREFUSED 127.0.0.1:1; check the address, that the server runs, and that the database exists',
  ],
  [
    'the same for a command',
    ['migrate', '--dry-run'],
    () => ({ DATABASE_URL: 'postgres://tidemark:secret@127.0.0.1:1/acme' }),
    () => 'DATABASE_URL: PostgreSQL at 127.0.0.1:1/acme cannot be reached: ',
  ],
  [
    'a milter’s address that is taken',
    ['serve'],
    () => ({ PORT: '0', MILTER: `inet:127.0.0.1:${takenPort}` }),
    () => `MILTER: inet:127.0.0.1:${takenPort}: listen EADDRINUSE`,
  ],
  [
    'a milter’s folder that is not there',
    ['serve'],
    () => ({ PORT: '0', MILTER: 'unix:/nowhere/milter.sock' }),
    () => `MILTER: unix:/nowhere/milter.sock: ENOENT: no such file or directory, stat '/nowhere'`,
  ],
  [
    'a group that there is none of',
    ['serve'],
    () => ({ PORT: '0', MILTER: `unix:${join(dir, 'milter.sock')}`, MILTER_GROUP: 'no-such-group' }),
    () => `there is no group 'no-such-group'`,
  ],
  [
    'a port for spamc that is taken',
    ['serve'],
    () => ({ PORT: '0', SPAMD: `127.0.0.1:${takenPort}` }),
    () =>
      `SPAMD: listen EADDRINUSE: address already in use 127.0.0.1:${takenPort}; set it to an address or path that is free`,
  ],
  [
    'no file of certificates',
    ['serve'],
    () => ({ SNS_CERTIFICATES: join(dir, 'none.pem'), SNS_TOPIC_ARN: 'arn:aws:sns:us-east-1:012345678912:inbound' }),
    () => 'SNS_CERTIFICATES: ',
  ],
  ['a file in place of the folder', ['keys', 'list'], () => ({ DATA_DIR: aFile }), () => 'DATA_DIR: EEXIST: '],
])('%s', async (_name, words, environment, message) => {
  const { said, status } = await start(words, environment());
  expect(said).toMatch(/^tidemark: [^\n]+\n$/);
  expect(said.slice('tidemark: '.length)).toContain(message());
  expect(said).not.toContain('secret');
  expect(status).toBe(78);
});

test('a file that is no database', async () => {
  mkdirSync(notAStore);
  writeFileSync(join(notAStore, 'tidemark.sqlite'), 'this is no database\n'.repeat(100));
  const { said, status } = await start(['serve'], { DATA_DIR: notAStore });
  expect(said).toBe(
    `tidemark: DATA_DIR: ${notAStore}/tidemark.sqlite: file is not a database; it must be a folder that this user may write to, with a store of this Tidemark or none\n`,
  );
  expect(status).toBe(78);
});
