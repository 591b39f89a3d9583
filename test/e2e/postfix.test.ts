/**
 * Through a real Postfix: what is delivered, what is held, what waits, with nothing lost and nothing twice. The messages go in by SMTP with
 * the client's address of their sample.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadSamples, type Sample } from '../../bench/samples.ts';
import type { Envelope } from '../../src/domain/mail.ts';
import type { IntakeRequest } from '../../src/domain/service.ts';
import { type MilterListener, startMilter } from '../../src/milter/listen.ts';
import { freePort } from '../freePort.ts';
import { aVerdict } from '../http/service.ts';
import { withoutLinks } from '../milter/dialogue.ts';
import { ask, idOf, shownText, until } from './golden.ts';
import { CONNECTIONS, MILTER_PARTS } from './milterParts.ts';
import { canRunPostfix, openPrivatePostfix, type PrivatePostfix, WHY_NOT } from './postfix.ts';
import { openSmtp } from './smtp.ts';
import { type RunningTidemark, startTidemark } from './tidemark.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-e2e-'));
afterAll(() => rmSync(dir, { recursive: true }));

const throughPostfix = canRunPostfix ? describe : describe.skip;
const titled = (title: string): string => (canRunPostfix ? title : `${title}: skipped, ${WHY_NOT}`);

const ACCEPTED = /^250 2\.0\.0 Ok: queued as (\w+)/;
const countOf = (mail: string, pattern: RegExp): number => mail.match(new RegExp(pattern, 'gm'))?.length ?? 0;

throughPostfix(titled('golden mail by SMTP, over a Unix socket'), () => {
  const samples = loadSamples(join(import.meta.dirname, '..', '..', 'samples'));
  const socket = join(tmpdir(), `tidemark-e2e-${process.pid}.sock`);
  let tidemark: RunningTidemark;
  let postfix: PrivatePostfix;
  /** What Postfix said to each sample, and the verdict that HTTP has for the same mail and envelope. */
  const outcomes: { sample: Sample; said: string; byHttp: { id: string; action: string } }[] = [];
  let held: string[] = [];
  let delivered: readonly string[] = [];

  beforeAll(async () => {
    const settings = [`smtpd_milters = unix:${socket}`, 'milter_default_action = tempfail'];
    [tidemark, postfix] = await Promise.all([
      startTidemark({
        MILTER: `unix:${socket}`,
        MILTER_GROUP: 'postfix',
        DATA_DIR: join(dir, 'samples'),
        OWN_DOMAINS: 'acme.example',
        AUTHSERV_ID: 'mx.acme.example',
      }),
      openPrivatePostfix(settings),
    ]);
    const [first] = samples;
    for (const message of first?.history ?? []) await ask(tidemark.url, 'observations', message);
    for (const sample of samples) {
      const smtp = await openSmtp(postfix.port);
      const said = await smtp.send(sample.context.envelope, sample.raw);
      await smtp.quit();
      const byHttp = await ask(tidemark.url, 'messages', {
        ...sample.context,
        raw: sample.raw,
        receivedAt: Date.now(),
      });
      outcomes.push({ sample, said, byHttp });
    }
    const accepted = outcomes.filter(({ said }) => ACCEPTED.test(said)).length;
    await until(() => postfix.delivered().length + postfix.queued().length === accepted);
    await until(() => postfix.queued().every(({ queue_name }) => queue_name === 'hold' || queue_name === 'deferred'));
    held = postfix
      .queued()
      .flatMap(({ queue_name, queue_id }) => (queue_name === 'hold' ? postfix.show(queue_id) : []));
    delivered = postfix.delivered();
  }, 120_000);
  afterAll(async () => {
    await tidemark?.kill('SIGTERM');
    await postfix?.stop();
  });

  test('every message is delivered or held, once', () => {
    expect(outcomes.filter(({ said }) => !ACCEPTED.test(said))).toEqual([]);
    expect(held.length + delivered.length).toBe(samples.length);
    expect(postfix.queued()).toHaveLength(held.length);
    expect(new Set([...held, ...delivered].map(idOf)).size).toBe(samples.length);
    expect(held.length).toBeGreaterThan(20);
    expect(delivered.length).toBeGreaterThan(40);
  });

  test('the verdict is that of HTTP on the same mail: the bytes, the client and the direction came through', () => {
    const ids = new Set([...held, ...delivered].map(idOf));
    const others = outcomes.filter(({ byHttp }) => !ids.has(byHttp.id)).map(({ sample }) => sample.name);
    expect(others).toEqual(['nul-in-from']); // Postfix takes NUL out of headers: its Tidemark saw another mail
  });

  test('what is to be held is held, and nothing else', () => {
    const known = outcomes
      .map(({ byHttp }) => byHttp)
      .filter(({ id }) => [...held, ...delivered].map(idOf).includes(id));
    const toHold = known.flatMap(({ id, action }) => (action === 'hold' ? id : []));
    const isKnown = (id: string) => known.some((verdict) => verdict.id === id);
    expect(held.map(idOf).filter(isKnown).toSorted()).toEqual(toHold.toSorted());
    expect(held.every((mail) => mail.includes('X-Tidemark-Action: hold; id='))).toBe(true);
  });

  test('what is delivered has the mark, its own results, and its body as it was or stripped', async () => {
    const stripped: string[] = [];
    for (const { sample, byHttp } of outcomes) {
      const mail = delivered.find((one) => idOf(one) === byHttp.id);
      if (mail === undefined) continue;
      expect(countOf(mail, /^X-Tidemark-(Action|Score|Reason): /)).toBe(3);
      expect(mail).not.toMatch(/^X-Tidemark-Action: (?!deliver|strip)/m);
      if (/^X-Tidemark-Action: strip; (?!not-rewritten)/m.test(mail)) {
        stripped.push(sample.name);
        expect(await shownText(mail)).toContain('Be careful: this message may be');
        continue;
      }
      const sent = sample.raw.toString('latin1').replaceAll('\r\n', '\n');
      expect(mail.trimEnd().endsWith(sent.slice(sent.indexOf('\n\n')).trimEnd())).toBe(true);
      expect(countOf(mail, /^Authentication-Results: mx\.acme\.example/)).toBe(
        countOf(sent.slice(0, sent.indexOf('\n\n')), /^Authentication-Results: mx\.acme\.example/),
      );
    }
    expect(stripped.length).toBeGreaterThan(3);
  });

  test('a held message that is released arrives', async () => {
    const queued = postfix.queued()[0];
    if (queued === undefined) throw new Error('nothing is held');
    const id = idOf(postfix.show(queued.queue_id));
    postfix.release(queued.queue_id);
    await until(() => postfix.delivered().some((mail) => idOf(mail) === id));
    expect(postfix.queued()).toHaveLength(held.length - 1);
  });
});

throughPostfix(titled('other mail, over TCP'), () => {
  let tidemark: RunningTidemark;
  let postfix: PrivatePostfix;
  beforeAll(async () => {
    const port = await freePort();
    tidemark = await startTidemark({
      MILTER: `inet:127.0.0.1:${port}`,
      DATA_DIR: join(dir, 'other'),
      OWN_DOMAINS: 'acme.example',
      OWN_NETWORKS: '192.0.2.0/24',
      LEARN_DELAY_MS: '0',
      VERIFY_AUTHENTICATION: 'on',
      DNS_SERVERS: '127.0.0.1:1', // nobody answers there
      VERIFY_TIMEOUT_MS: '200',
    });
    postfix = await openPrivatePostfix([
      `smtpd_milters = inet:127.0.0.1:${port}`,
      'milter_default_action = tempfail',
      'relay_domains = else.example',
      'relay_transport = discard:',
    ]);
  }, 60_000);
  afterAll(async () => {
    await tidemark?.kill('SIGTERM');
    await postfix?.stop();
  });

  async function send(envelope: Envelope, ...lines: readonly string[]): Promise<void> {
    const smtp = await openSmtp(postfix.port);
    expect(await smtp.send(envelope, Buffer.from(lines.join('\r\n')))).toMatch(ACCEPTED);
    await smtp.quit();
  }
  async function delivery(pattern: RegExp): Promise<string> {
    await until(() => postfix.delivered().some((mail) => pattern.test(mail)));
    return postfix.delivered().find((mail) => pattern.test(mail)) ?? '';
  }

  test('forged marks and results go; our own results come right below the trace of this MTA', async () => {
    const stranger = { clientIp: '203.0.113.9', helo: 'mail.partner.example', mailFrom: 'bea@partner.example' };
    await send(
      { ...stranger, rcptTo: ['ana@acme.example'] },
      'X-Tidemark-Action: deliver; forged',
      'Authentication-Results: mx.acme.example; spf=pass; forged',
      'Authentication-Results: else.example; spf=pass',
      'From: Bea <bea@partner.example>',
      'X-Tidemark-Anything: forged',
      'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
      '\tfolded',
      '',
      'Hello.',
    );
    const mail = await delivery(/^Subject: =\?utf-8/m);
    expect(mail).not.toContain('forged');
    expect(mail).toMatch(
      /^Received: [^\n]+\n\t[^\n]+\n\t[^\n]+\nAuthentication-Results: mx\.acme\.example;\n\tspf=temperror smtp\.mailfrom=partner\.example;\n\tdkim=none;\n/m,
    );
    expect(mail).toContain('\nAuthentication-Results: else.example; spf=pass\n');
    expect(mail).toContain('\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\tfolded\n');
  });

  test('mail of a logged-in user, and of an own network, teaches what its writer sends', async () => {
    const ana = { mailFrom: 'ana@acme.example', rcptTo: ['x@else.example'] };
    await send({ ...ana, clientIp: '203.0.113.77', user: 'ana' }, 'From: ana@acme.example', 'Subject: 1', '', 'Hello.');
    await send({ ...ana, clientIp: '192.0.2.7' }, 'From: ana@acme.example', 'Subject: 2', '', 'Hello again.');
    const answer = await fetch(`${tidemark.url}/v1/mailboxes/ana@acme.example/baseline`);
    expect(await answer.json()).toMatchObject({ sent: { messageCount: 2 } });
  });

  test('one message for many mailboxes is one message', async () => {
    const rcptTo = Array.from({ length: 50 }, (_, index) => `u${index}@acme.example`);
    const before = postfix.delivered().length;
    await send(
      { clientIp: '203.0.113.9', mailFrom: 'bea@partner.example', rcptTo },
      'From: bea@partner.example',
      'Subject: for fifty',
      '',
      'Hello.',
    );
    await until(() => postfix.delivered().length === before + 50);
    const ids = postfix.delivered().filter((mail) => mail.includes('Subject: for fifty'));
    expect(new Set(ids.map(idOf)).size).toBe(1);
    const verdict = await fetch(`${tidemark.url}/v1/verdicts/${idOf(ids[0] ?? '')}`);
    expect(((await verdict.json()) as { mailboxes: object[] }).mailboxes).toHaveLength(50);
  });

  test('metrics count what was answered', async () => {
    const metrics = await (await fetch(`${tidemark.url}/metrics`)).text();
    const answers = [...metrics.matchAll(/^tidemark_milter_messages_total\{answer="(\S+)"\} (\d+)$/gm)];
    expect(answers.map(([, answer]) => answer)).toContain('deliver');
    expect(answers.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(4);
    expect(metrics.match(/^tidemark_milter_connections \d+$/m)).not.toBeNull();
  });
});

throughPostfix(titled('a message that is rewritten'), () => {
  const path = join(tmpdir(), `tidemark-e2e-strip-${process.pid}.sock`);
  let milter: MilterListener;
  let postfix: PrivatePostfix;
  beforeAll(async () => {
    const parts = {
      ...MILTER_PARTS,
      tenant: 'default',
      score: async ({ raw }: IntakeRequest) => ({
        verdict: aVerdict({ id: 'v00', action: 'strip', proposed: 'strip', enacted: 'strip' }),
        stripped: withoutLinks(raw),
      }),
      isVerifying: false,
    };
    milter = await startMilter({ path, mode: 0o660, group: 'postfix' }, parts, CONNECTIONS);
    postfix = await openPrivatePostfix([`smtpd_milters = unix:${path}`]);
  }, 60_000);
  afterAll(async () => {
    await milter?.drain();
    await postfix?.stop();
  });

  test.each([
    ['of one line', 'See https://bad.example/login now.', 'See [removed] now.'],
    ['of 300 kB', 'See https://bad.example/login now.\r\n'.repeat(9000), 'See [removed] now.\n'.repeat(9000).trimEnd()],
    ['that vanishes', 'https://bad.example/', '[removed]'],
  ])('a body %s', async (name, body, expected) => {
    const smtp = await openSmtp(postfix.port);
    const head = `From: bea@partner.example\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: 7bit\r\nSubject: ${name}\r\n\r\n`;
    const envelope = { clientIp: '203.0.113.9', mailFrom: 'bea@partner.example', rcptTo: ['ana@acme.example'] };
    expect(await smtp.send(envelope, Buffer.from(head + body))).toMatch(ACCEPTED);
    await smtp.quit();
    const isIt = (mail: string) => mail.includes(`\nSubject: ${name}\n`);
    await until(() => postfix.delivered().some(isIt));
    const mail = postfix.delivered().find(isIt) ?? '';
    const end = mail.indexOf('\n\n');
    expect(mail.slice(end).trim()).toBe(expected);
    expect(mail.slice(0, end)).toContain('\nContent-Type: text/plain; charset=utf-8\n');
    expect(mail.slice(0, end)).not.toContain('Content-Transfer-Encoding');
    expect(mail.slice(0, end)).toMatch(/\nX-Rewritten: yes\n(?:.*\n)*X-Tidemark-Action: strip; id=v00\n/);
  });
});
