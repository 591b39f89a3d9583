import { describe, expect, test } from '@jest/globals';
import { UNSCORED } from '../../bench/eval/comparator.ts';
import { combined, das } from '../../bench/eval/das.ts';
import { eventsOf, scoredOnce } from '../../bench/eval/events.ts';
import { NAMES } from '../../bench/eval/explanation.ts';
import { gascon, traitsOf } from '../../bench/eval/gascon.ts';
import { withFile } from '../../bench/eval/malware.ts';
import { bootstrapped } from '../../bench/eval/report.ts';
import { auc } from '../../bench/eval/sourceProbe.ts';
import { seeded } from '../../bench/random.ts';
import { PAYLOAD } from '../../bench/train/ablations.ts';
import { detectors } from '../../src/detectors/index.ts';
import type { Message } from '../../src/domain/message.ts';
import { parseMail } from '../../src/parse/parse.ts';
import { readMessage } from '../../src/read.ts';
import { shippedModel } from '../../src/service.ts';
import { headerOf, splitMail } from '../../src/trial/mail.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 5);

interface Written {
  readonly from: string;
  readonly mailer?: string;
  readonly server?: string;
  readonly text?: string;
  readonly day?: number;
}

async function mail({ from, mailer = 'Thunderbird', server = 'mail.kern.example', text = 'Hello', day = 0 }: Written) {
  const domain = from.match(/@([\w.-]+)/)?.[1] ?? '';
  const raw = Buffer.from(
    [
      `Authentication-Results: mx.acme.example; dmarc=${server.endsWith(domain) ? 'pass' : 'fail'} header.from=${domain}; spf=pass smtp.mailfrom=${server}`,
      `Received: from ${server} (${server} [192.0.2.7]) by mx.acme.example with ESMTPS; Mon, 5 Jan 2026 10:00:00 +0000`,
      `From: ${from}`,
      'To: ana@acme.example',
      `User-Agent: ${mailer}`,
      'Date: Mon, 5 Jan 2026 10:00:00 +0000',
      `Message-ID: <${day}.${mailer.length}@${domain}>`,
      'Content-Type: text/plain',
      '',
      text,
    ].join('\r\n'),
  );
  const submission = {
    tenant: 'acme',
    raw,
    envelope: { rcptTo: ['ana@acme.example'] },
    direction: 'inbound' as const,
    receivedAt: START + day * DAY_MS,
    mailboxes: ['ana@acme.example'],
  };
  const organisation = { ownDomains: ['acme.example'], authservIds: ['mx.acme.example'] };
  return (await readMessage(submission, organisation)).message;
}

const KERN = 'Anna Kern <anna@kern.example>';
const LUND = 'Petra Lund <petra@lund.example>';

describe('kNN over traits (Gascon 2018)', () => {
  async function taught() {
    const method = gascon();
    for (let day = 0; day < 6; day += 1) {
      method.learn(await mail({ from: KERN, day }));
      method.learn(await mail({ from: LUND, mailer: 'mutt', server: 'out.lund.example', day }));
    }
    return (message: Message) => method.score(message).gascon ?? UNSCORED;
  }

  test('a spoof that looks like somebody else’s mail scores above the sender’s own', async () => {
    const score = await taught();
    const own = score(await mail({ from: KERN, day: 9 }));
    const spoof = score(await mail({ from: KERN, mailer: 'mutt', server: 'out.lund.example', day: 9 }));
    expect(own).toBeLessThan(0);
    expect(spoof).toBeGreaterThan(0);
  });

  test('says nothing of a sender of whom it has no mail', async () => {
    const score = await taught();
    expect(score(await mail({ from: 'Jo <jo@new.example>' }))).toBe(UNSCORED);
  });

  test('reads nothing of what the mail says', async () => {
    const a = traitsOf(await mail({ from: KERN, text: 'Please pay the invoice' }));
    const b = traitsOf(await mail({ from: KERN, text: 'Shall we have lunch on' }));
    expect(
      a.filter((trait) => !b.includes(trait)).filter((trait) => !/^(new-text|length|language)=/.test(trait)),
    ).toEqual([]);
  });
});

describe('directed anomaly scoring (Ho 2017)', () => {
  async function taught() {
    const method = das();
    for (let day = 0; day < 12; day += 1) {
      const text = `see https://wiki.kern.example/page${day}`;
      method.learn(await mail({ from: KERN, text, day }));
      method.learn(await mail({ from: LUND, server: 'out.lund.example', text, day }));
    }
    return method;
  }

  test('somebody new with a link nobody has seen ranks above ordinary mail', async () => {
    const method = await taught();
    const bad = method.score(
      await mail({ from: 'Jo Brandt <jo@new.example>', text: 'https://a.bad.example', day: 13 }),
    );
    const good = method.score(await mail({ from: KERN, text: 'https://wiki.kern.example/x', day: 13 }));
    expect(bad['das-unseen']).toBe(1);
    expect(good['das-unseen']).toBeLessThan(0.5);
  });

  test('only a known name at a new address speaks to the sub-detector for names', async () => {
    const method = await taught();
    const borrowed = await mail({ from: 'Anna Kern <kern77@free.example>', day: 13 });
    expect(method.score(borrowed)['das-name']).not.toBe(UNSCORED);
    for (const from of [KERN, 'Jo Brandt <jo@new.example>'])
      expect(method.score(await mail({ from, day: 13 }))['das-name']).toBe(UNSCORED);
  });

  test('an unauthenticated mail under a known address speaks to the sub-detector for spoofed addresses', async () => {
    const method = await taught();
    const spoof = method.score(
      await mail({ from: KERN, server: 'bad.example', text: 'https://a.bad.example', day: 13 }),
    );
    expect(spoof['das-address']).toBe(1);
    expect(method.score(await mail({ from: KERN, day: 13 }))['das-address']).toBeLessThan(1);
  });

  test('combined: the sub-detector that ranks a row highest among ham decides, and none is worth more for its scale', () => {
    const row = (name: number, unseen: number) => ({
      comparisons: { 'das-address': UNSCORED, 'das-name': name, 'das-unseen': unseen },
    });
    const ham = Array.from({ length: 99 }, (_, at) => row(at / 1000, at / 100));
    const threats = [row(0.2, 0), row(0, 2), row(UNSCORED, UNSCORED)];
    const score = combined([...ham, ...threats], (one) => !threats.includes(one));
    const [byName = 0, byUnseen = 0, silent = 0] = threats.map(score);
    expect(byName).toBeCloseTo(Math.log(100));
    expect(byUnseen).toBeCloseTo(byName);
    expect(silent).toBe(UNSCORED);
    expect(Math.max(...ham.map(score))).toBeLessThan(byName);
  });
});

describe('measuring', () => {
  const held = (hours: number, sender = 'a@x.example', ...ids: string[]) => ({
    ...{ tenant: 'acme', mailbox: 'ana@acme.example' },
    at: START + hours * 3_600_000,
    sender,
    features: ['new-client', 'known-sender', ...ids].map((id) => ({ id, value: 1 })),
  });

  test('held mails of one sender with the same findings within a day are one event', () => {
    expect(eventsOf([held(0), held(20), held(40)]).length).toBe(1);
    expect(eventsOf([held(0), held(25)]).length).toBe(2);
    expect(eventsOf([held(0), held(1, 'b@x.example'), held(2, 'a@x.example', 'fake-reply')]).length).toBe(3);
    expect(eventsOf([held(0), { ...held(1), mailbox: 'ben@acme.example' }]).length).toBe(2);
    expect(eventsOf([held(0), held(1, 'a@x.example', 'replied-to')]).length).toBe(1); // a credit is no finding
  });

  test('of an event the mail with the highest score counts', () => {
    const [low, high, alone] = [held(0), held(1), held(0, 'b@x.example')] as const;
    const scores = new Map([
      [low, 0.2],
      [high, 0.9],
      [alone, 0.5],
    ]);
    expect([...scoredOnce([low, high, alone], (row) => scores.get(row)).values()]).toEqual([-Infinity, 0.9, 0.5]);
  });

  test('AUC counts ties half', () => {
    const rows = (targets: readonly number[], others: readonly number[]) => [
      ...targets.map((score) => ({ isTarget: true, score })),
      ...others.map((score) => ({ isTarget: false, score })),
    ];
    expect(auc(rows([3, 4], [1, 2]))).toBe(1);
    expect(auc(rows([1, 2], [3, 4]))).toBe(0);
    expect(auc(rows([1, 3], [2, 4]))).toBe(0.25);
    expect(auc(rows([1, 1], [1, 1]))).toBe(0.5);
  });

  test('an interval holds the figure, and widens when rows hang together', () => {
    const rows = (clusters: number) =>
      Array.from({ length: 200 }, (_, at) => ({
        cluster: String(at % clusters),
        hit: Number(at % clusters < clusters / 2),
      }));
    const share = (all: readonly { hit: number }[]) => all.reduce((sum, { hit }) => sum + hit, 0) / all.length;
    const loose = bootstrapped(rows(200), share);
    const tight = bootstrapped(rows(4), share);
    expect(loose.low).toBeLessThanOrEqual(loose.value);
    expect(loose.high).toBeGreaterThanOrEqual(loose.value);
    expect(tight.high - tight.low).toBeGreaterThan(3 * (loose.high - loose.low));
  });

  test('what explains a class, and what counts as payload, are ids that there are', () => {
    const known = new Set([...detectors.map(({ id }) => id), ...shippedModel().combinations.map(({ id }) => id)]);
    expect(
      Object.values(NAMES)
        .flat()
        .filter((id) => !known.has(id)),
    ).toEqual([]);
    expect([...PAYLOAD].filter((id) => !known.has(id))).toEqual([]);
  });

  test('a grafted file arrives as it is, and the words of the carrier stay', async () => {
    const carrier = splitMail(
      Buffer.from(
        'From: a@x.example\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n',
      ),
    );
    const content = Buffer.from(Array.from({ length: 5000 }, (_, at) => at % 251));
    const made = withFile(carrier, { name: 'Zahlen für März.xlsm', content, isBad: true }, seeded(1));
    const raw = Buffer.from(
      `${made.headers.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${made.body}`,
      'latin1',
    );
    const read = await parseMail(raw);
    expect(read.text.trim()).toBe('Grüße');
    expect(read.parts.map(({ fileName }) => fileName)).toEqual(['Zahlen für März.xlsm']);
    expect(read.parts[0]?.content.equals(content)).toBe(true);
    expect(headerOf(made, 'content-transfer-encoding')).toBeUndefined();
  });
});
