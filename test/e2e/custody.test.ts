/**
 * Custody with a real Postfix: what is held is here and nowhere else, a restore brings it back exactly once, and no kill of the process
 * between keeping and answering loses it. Just over 400 lines: one Postfix and its golden mail serve most of it.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadSamples, type Sample } from '../../bench/samples.ts';
import { createFrameReader } from '../../src/milter/frames.ts';
import { heard, spoken } from '../milter/dialogue.ts';
import { canRunPostfix, openPrivatePostfix, type PrivatePostfix, WHY_NOT } from './postfix.ts';
import { openSmtp } from './smtp.ts';
import { type RunningTidemark, startTidemark } from './tidemark.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-custody-e2e-'));
afterAll(() => rmSync(dir, { recursive: true }));

const throughPostfix = canRunPostfix ? describe : describe.skip;
const titled = (title: string): string => (canRunPostfix ? title : `${title}: skipped, ${WHY_NOT}`);
const SECRET = 'a-secret-of-these-tests-of-40-characters';

const samples = loadSamples(join(import.meta.dirname, '..', '..', 'samples'));
/** Certain whatever the baseline knows. */
const attack = samples.find(({ name }) => name === 'double-extension') as Sample;

async function until(holds: () => boolean, timeoutMs = 20_000): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error('it does not come to that');
    await sleep(20);
  }
}

interface Row {
  readonly verdict_id: string;
  readonly why: string;
  readonly body: string;
}
function originalsIn(dataDir: string): readonly Row[] {
  const database = new DatabaseSync(join(dataDir, 'tidemark.sqlite'), { readOnly: true });
  try {
    return database.prepare('SELECT verdict_id, why, body FROM originals').all() as unknown as readonly Row[];
  } finally {
    database.close();
  }
}
const filesIn = (dataDir: string): readonly string[] => {
  try {
    return readdirSync(join(dataDir, 'custody'));
  } catch {
    return []; // made with the first
  }
};

throughPostfix(titled('golden mail, held in custody'), () => {
  const socket = join(tmpdir(), `tidemark-custody-${process.pid}.sock`);
  const dataDir = join(dir, 'golden');
  let tidemark: RunningTidemark;
  let postfix: PrivatePostfix;
  let accepted = 0;

  beforeAll(async () => {
    postfix = await openPrivatePostfix([
      `smtpd_milters = unix:${socket}`,
      'milter_default_action = tempfail',
      'local_header_rewrite_clients = permit_inet_interfaces', // Postfix's default: what we restore is mended
    ]);
    tidemark = await startTidemark({
      MILTER: `unix:${socket}`,
      MILTER_GROUP: 'postfix',
      DATA_DIR: dataDir,
      OWN_DOMAINS: 'acme.example',
      AUTHSERV_ID: 'mx.acme.example',
      HOLD: 'custody',
      RELEASE_SMTP: `127.0.0.1:${postfix.port}`,
      RELEASE_SECRET: SECRET,
    });
    for (const { context, raw } of samples) {
      const smtp = await openSmtp(postfix.port);
      if (/^250/.test(await smtp.send(context.envelope, raw))) accepted++;
      await smtp.quit();
    }
  }, 120_000);
  afterAll(async () => {
    await tidemark?.kill('SIGTERM');
    await postfix?.stop();
  });

  const api = async (path: string, method = 'GET', body?: object) =>
    fetch(`${tidemark.url}/v1/verdicts/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
  const held = () => originalsIn(dataDir).filter(({ why }) => why === 'hold');
  const withMark = (mark: string) =>
    postfix.delivered().filter((mail) => mail.includes(`\nX-Tidemark-Action: ${mark}`));
  const scored = async () =>
    /^tidemark_stage_seconds_count\{stage="total"\} (\d+)$/m.exec(
      await (await fetch(`${tidemark.url}/metrics`)).text(),
    )?.[1];

  test('each message is delivered or in custody, once; nothing is on HOLD, and what is stripped is kept too', async () => {
    await until(() => postfix.queued().length === 0);
    expect(accepted).toBe(samples.length);
    expect(postfix.delivered().length + held().length).toBe(samples.length);
    expect(held().length).toBeGreaterThan(5);
    expect(postfix.delivered().filter((mail) => mail.includes('\nX-Tidemark-Action: hold'))).toEqual([]);
    const stripped = withMark('strip;').filter((mail) => !mail.includes('not-rewritten'));
    expect(stripped.length).toBeGreaterThan(0);
    expect(originalsIn(dataDir).length - held().length).toBe(stripped.length);
  });

  test('all that is held comes back by a restore, byte for byte, once, and is not judged again', async () => {
    const [before, judged] = [postfix.delivered().length, await scored()];
    const ids = held().map(({ verdict_id }) => verdict_id);
    const originals = new Map<string, string>();
    for (const id of ids) {
      originals.set(id, Buffer.from(await (await api(`${id}/original`)).arrayBuffer()).toString('latin1'));
      expect(await (await api(`${id}/restore`, 'POST')).json()).toMatchObject({ recipients: [{ state: 'accepted' }] });
      expect((await api(`${id}/restore`, 'POST')).status).toBe(409);
    }
    await until(() => postfix.delivered().length === before + ids.length && postfix.queued().length === 0);
    const released = withMark('deliver; released; id=');
    expect(released.map((mail) => /released; id=(\w+)/.exec(mail)?.[1]).toSorted()).toEqual(ids.toSorted());
    for (const mail of released) {
      const original = originals.get(/released; id=(\w+)/.exec(mail)?.[1] ?? '') ?? '';
      expect(mail).not.toContain('X-Tidemark-Release');
      expect(withoutTrace(mail)).toBe(original.replaceAll('\r\n', '\n').replace(/\n*$/, '\n'));
    }
    expect(await scored()).toBe(judged);
    // As they were sent, but for what Postfix takes out before it asks: Return-Path, and a NUL in a header.
    const plain = (raw: string) =>
      raw
        .replaceAll('\r\n', '\n')
        .replace(/^Return-Path: .*\n/m, '')
        .trimEnd();
    const sent = new Set(samples.map(({ raw }) => plain(raw.toString('latin1'))));
    expect([...originals.values()].filter((raw) => !sent.has(plain(raw))).length).toBeLessThanOrEqual(1);
  }, 60_000);

  test('how much is kept is a metric', async () => {
    const text = await (await fetch(`${tidemark.url}/metrics`)).text();
    expect(text).toMatch(/^tidemark_custody_bytes \d+$/m);
  });

  test('asked for again it comes again; feedback is learned', async () => {
    const [first] = held();
    const id = first?.verdict_id ?? '';
    const before = postfix.delivered().length;
    expect((await api(`${id}/restore`, 'POST', { again: true, feedback: 'safe' })).status).toBe(200);
    await until(() => postfix.delivered().length === before + 1);
    expect(await (await api(id)).json()).toMatchObject({ feedback: 'safe' });
  });

  test('what Postfix mends on the way back in is still what was released', async () => {
    const text = attack.raw.toString('latin1').replace(/^(?:Message-ID|Date): .*\r?\n/gim, '');
    const to = 'mended@acme.example';
    expect(await handIn(socket, to, Buffer.from(text, 'latin1'))).toBe('d'); // as another MTA would
    const id = held().find(({ body }) => body.includes(to))?.verdict_id ?? '';
    expect(await (await api(`${id}/original`)).text()).not.toMatch(/^(?:Message-ID|Date): /im);
    expect((await api(`${id}/restore`, 'POST')).status).toBe(200);
    await until(() => withMark(`deliver; released; id=${id}`).length === 1);
    expect(withMark(`deliver; released; id=${id}`)[0]).toMatch(
      /^Message-Id: .*\n(?:.*\n)*?Date: |^Date: .*\n(?:.*\n)*?Message-Id: /m,
    );
  });

  test('held for some of its recipients, it is delivered to the others', async () => {
    const before = postfix.delivered().length;
    // Bob's administrator has released the same from this sender: for him it is not held.
    const [ana, bob] = ['Ana.Split@acme.example', 'bob.split@acme.example'];
    const page = samples.find(({ name }) => name === 'partner-new-file-kind') as Sample;
    const split = (subject: string) => {
      const text = page.raw.toString('latin1').replace(/^Message-ID: .*$/im, `Message-ID: <${subject}@x.example>`);
      return Buffer.from(text.replace(/^Subject: /m, `Subject: ${subject} `), 'latin1');
    };
    const { clientIp, helo, mailFrom } = page.context.envelope;
    const envelope = { clientIp: clientIp ?? '', helo: helo ?? '', mailFrom: mailFrom ?? '' };
    const send = async (subject: string, rcptTo: readonly string[]) => {
      const smtp = await openSmtp(postfix.port);
      expect(await smtp.send({ ...envelope, rcptTo }, split(subject))).toMatch(/^250/);
      await smtp.quit();
    };
    await send('first', [bob]);
    const first = originalsIn(dataDir).find(({ body }) => body.includes('bob.split'));
    expect((await api(`${first?.verdict_id}/restore`, 'POST', { feedback: 'safe' })).status).toBe(200);
    await send('second', [ana, bob]);
    await until(() => postfix.delivered().length === before + 2);
    const second = postfix.delivered().find((mail) => mail.includes('Subject: second')) ?? '';
    expect(second).toContain('\nX-Original-To: bob.split@acme.example\n');
    expect(second).toContain('\nX-Tidemark-Reason: It was held for another recipient.\n');
    const kept = originalsIn(dataDir).filter(({ body }) => body.includes('.Split@acme.example'));
    expect(kept.map(({ body }) => JSON.parse(body).envelope.rcptTo)).toEqual([[ana]]);
    const id = kept[0]?.verdict_id ?? '';
    expect(await (await api(`${id}/restore`, 'POST')).json()).toMatchObject({ recipients: [{ address: ana }] });
    await until(() => postfix.delivered().length === before + 3);
  });

  test('a header that somebody made up, or took from another message, changes nothing and does not arrive', async () => {
    const kept = originalsIn(dataDir).length;
    const forged = Buffer.concat([
      Buffer.from(
        `X-Tidemark-Release: id=v1; expires=9999999999; content=${'0'.repeat(64)}; mac=${'0'.repeat(64)}\r\nX-Try: 1\r\n`,
      ),
      Buffer.from(attack.raw.toString('latin1').replace(/^Subject: /m, 'Subject: forged '), 'latin1'),
    ]);
    const smtp = await openSmtp(postfix.port);
    expect(await smtp.send(attack.context.envelope, forged)).toMatch(/^250/);
    await smtp.quit();
    expect(originalsIn(dataDir)).toHaveLength(kept + 1);
    const metrics = await (await fetch(`${tidemark.url}/metrics`)).text();
    expect(metrics).toContain('tidemark_milter_problems_total{problem="forged-release"} 1');
  });

  test('an erased mailbox takes its originals along, row and file', async () => {
    const [rows, files] = [originalsIn(dataDir), filesIn(dataDir)];
    expect(files).toHaveLength(rows.length);
    const ofBob = rows.filter(({ body }) => body.includes('"mailboxes":["bob.split@acme.example"]'));
    const erasing = await fetch(`${tidemark.url}/v1/mailboxes/bob.split@acme.example/baseline`, { method: 'DELETE' });
    expect(erasing.status).toBe(200);
    expect(ofBob.length).toBeGreaterThan(0);
    expect(originalsIn(dataDir)).toHaveLength(rows.length - ofBob.length);
    expect(filesIn(dataDir)).toHaveLength(files.length - ofBob.length);
    expect((await api(`${ofBob[0]?.verdict_id}/original`)).status).toBe(404); // the verdict is gone too
  });
});

/** What Postfix puts on top, and our mark, taken away. */
const withoutTrace = (mail: string): string =>
  mail
    .replace(/^Return-Path: .*\nX-Original-To: .*\nDelivered-To: .*\nReceived: .*\n(?:[ \t].*\n)*/, '')
    .replace(/\nX-Tidemark-Action: deliver; released; id=\w+(?=\n)/, '')
    .replace(/\n*$/, '\n');

/** One message by a milter connection of its own; answers what was said at its end, 'nothing' when the connection broke. */
async function handIn(socket: string, to: string, raw: Buffer, onEnd: () => void = () => undefined): Promise<string> {
  const client = connect(socket);
  const frames = createFrameReader(1024 * 1024);
  const answer = new Promise<string>((resolve) => {
    client.on('error', () => undefined); // 'close' follows
    client.on('close', () => resolve('nothing'));
    client.on('data', (bytes) => {
      for (const frame of frames.read(bytes)) if (frame.command !== 'O' && frame.command !== 'p') resolve(heard(frame));
    });
  });
  const text = raw.toString('latin1').replaceAll(/\r?\n/g, '\r\n');
  const end = text.indexOf('\r\n\r\n');
  const headers = text.slice(0, end).split(/\r\n(?![ \t])/);
  const written = (part: string) => part.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
  const lines = [
    'O 6 511 2097151',
    'C mail.partner.example 4 25 203.0.113.9',
    'M <bea@partner.example>',
    `R <${to}>`,
    ...headers.map((header) => `L ${written(header.replaceAll('\r\n', '\n'))}`),
    `B ${written(text.slice(end + 4))}`,
    'E',
  ];
  for (const line of lines) client.write(spoken(line));
  onEnd();
  const said = await answer;
  client.destroy();
  return said;
}

describe('kill -9 while a message is taken into custody', () => {
  const socket = join(tmpdir(), `tidemark-custody-kill-${process.pid}.sock`);
  const dataDir = join(dir, 'kill');
  const start = () =>
    startTidemark({
      MILTER: `unix:${socket}`,
      DATA_DIR: dataDir,
      OWN_DOMAINS: 'acme.example',
      HOLD: 'custody',
      RELEASE_SMTP: '127.0.0.1:1',
      RELEASE_SECRET: SECRET,
    });
  const keptFor = (to: string) => originalsIn(dataDir).filter(({ body }) => body.includes(`"${to}"`));

  test('between the file and its row: nothing is kept and nothing was said; the next try is kept once', async () => {
    let tidemark = await start();
    await handIn(socket, 'first@acme.example', attack.raw);
    const files = filesIn(dataDir).length;
    await handIn(socket, 'ana@acme.example', attack.raw);
    // Known to the log of verdicts, gone from custody: the next try only keeps.
    const lock = new DatabaseSync(join(dataDir, 'tidemark.sqlite'));
    lock.exec("DELETE FROM originals WHERE body LIKE '%ana@acme.example%'");
    lock.exec('BEGIN IMMEDIATE');
    const said = handIn(socket, 'ana@acme.example', attack.raw);
    await until(() => filesIn(dataDir).length === files + 2); // written, and its row waits for the lock
    await tidemark.kill('SIGKILL');
    lock.exec('ROLLBACK');
    lock.close();
    expect(await said).toBe('nothing');
    expect(keptFor('ana@acme.example')).toEqual([]);
    tidemark = await start();
    expect(await handIn(socket, 'ana@acme.example', attack.raw)).toBe('d');
    expect(await handIn(socket, 'ana@acme.example', attack.raw)).toBe('d');
    expect(keptFor('ana@acme.example')).toHaveLength(1);
    await tidemark.kill('SIGTERM');
  }, 60_000);

  test('at any moment: what was said to be taken is kept, what was not can be handed in again, and is kept once', async () => {
    for (let round = 0; round < 4; round++) {
      const to = `round${round}@acme.example`;
      let tidemark = await start();
      const running = tidemark;
      const said = await handIn(socket, to, attack.raw, () => {
        // From before it is judged to after it is answered.
        void sleep(round * 20).then(() => running.kill('SIGKILL'));
      });
      await sleep(100);
      if (said === 'd') expect(keptFor(to)).toHaveLength(1);
      tidemark = await start();
      expect(await handIn(socket, to, attack.raw)).toBe('d');
      expect(keptFor(to)).toHaveLength(1);
      await tidemark.kill('SIGTERM');
    }
  }, 120_000);
});

throughPostfix(titled('kill -9 under load, from a sender that tries again'), () => {
  const MESSAGES = 80;
  const KILLS = 3;
  const socket = join(tmpdir(), `tidemark-custody-load-${process.pid}.sock`);
  const dataDir = join(dir, 'load');
  let tidemark: RunningTidemark;
  let receiver: PrivatePostfix;
  let sender: PrivatePostfix;
  const start = () =>
    startTidemark({
      MILTER: `unix:${socket}`,
      MILTER_MODE: '666',
      DATA_DIR: dataDir,
      OWN_DOMAINS: 'acme.example',
      HOLD: 'custody',
      RELEASE_SMTP: `127.0.0.1:${receiver.port}`,
      RELEASE_SECRET: SECRET,
    });
  beforeAll(async () => {
    receiver = await openPrivatePostfix([
      `smtpd_milters = unix:${socket}`,
      'milter_default_action = tempfail',
      'smtpd_error_sleep_time = 0',
    ]);
    tidemark = await start();
    sender = await openPrivatePostfix([
      `relayhost = [127.0.0.1]:${receiver.port}`,
      'virtual_mailbox_domains =',
      'virtual_mailbox_maps =',
      'relay_domains = acme.example',
      'default_destination_concurrency_failed_cohort_limit = 1000', // goes on trying
    ]);
  }, 60_000);
  afterAll(async () => {
    await tidemark?.kill('SIGTERM');
    await Promise.all([sender?.stop(), receiver?.stop()]);
  });

  test('each message is in custody exactly once, and a restore brings each exactly once', async () => {
    const smtp = await openSmtp(sender.port);
    const text = attack.raw.toString('latin1');
    const feeding = (async () => {
      for (let n = 1; n <= MESSAGES; n++) {
        const raw = Buffer.from(text.replace(/^Message-ID: </im, `Message-ID: <${n}.`), 'latin1');
        const envelope = { mailFrom: 'bea@partner.example', rcptTo: [`r${n}@acme.example`] };
        expect(await smtp.send(envelope, raw)).toMatch(/^250/);
      }
      await smtp.quit();
    })();
    for (let kill = 1; kill <= KILLS; kill++) {
      for (let round = 0; originalsIn(dataDir).length < (kill * MESSAGES) / (KILLS + 2); round++) {
        if (round === 100)
          throw new Error(`${originalsIn(dataDir).length} kept, ${receiver.delivered().length} delivered`);
        if (round % 10 === 9) sender.flush(); // what was refused for the moment
        await sleep(100);
      }
      await tidemark.kill('SIGKILL');
      await sleep(200);
      tidemark = await start();
      sender.flush();
    }
    await feeding;
    for (let round = 0; round < 60 && sender.queued().length > 0; round++) {
      await sleep(500);
      sender.flush();
    }
    const expected = Array.from({ length: MESSAGES }, (_, at) => `r${at + 1}@acme.example`).toSorted();
    const kept = originalsIn(dataDir);
    expect(kept.flatMap(({ body }) => JSON.parse(body).envelope.rcptTo as string[]).toSorted()).toEqual(expected);
    expect([receiver.delivered(), receiver.queued(), sender.queued()]).toEqual([[], [], []]);
    expect(receiver.log()).toMatch(/milter-reject: .* 451 4\.7\.1/); // the kills struck

    for (const { verdict_id } of kept) {
      const answer = await fetch(`${tidemark.url}/v1/verdicts/${verdict_id}/restore`, { method: 'POST' });
      expect(answer.status).toBe(200);
    }
    await until(() => receiver.delivered().length === MESSAGES && receiver.queued().length === 0);
    const arrived = receiver.delivered().map((mail) => /^X-Original-To: (.+)$/m.exec(mail)?.[1] ?? '?');
    expect(arrived.toSorted()).toEqual(expected);
  }, 180_000);
});
