import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { loadSamples, type Sample } from '../bench/samples.ts';

const samples = loadSamples(join(import.meta.dirname, '../samples'));
const nameOf = ({ family, name }: Sample): string => `${family}/${name}`;
const byName = new Map(samples.map((sample) => [nameOf(sample), sample]));
const cases = samples.map((sample): [string, Sample] => [nameOf(sample), sample]);
const isAttack = ({ expected }: Sample): boolean => expected.action !== 'deliver';

const MAX_BYTES = 30_000;
const RESERVED = /\.(example|test|invalid)$/;

describe.each(cases)('%s', (_name, sample) => {
  const { raw, context, expected, history, twin, why } = sample;

  test('is a small message with CRLF line ends that a parser reads', async () => {
    expect(raw.length).toBeLessThan(MAX_BYTES);
    expect(raw.toString('latin1')).not.toMatch(/[^\r]\n/);
    const parsing = simpleParser(raw);
    // mailparser gives up above a thousand parts: the one case that must be unreadable.
    if (expected.indicators.includes('unparseable-message')) await expect(parsing).rejects.toThrow();
    else expect((await parsing).from?.value[0]?.address).toMatch(/@/);
  });

  test('arrives after everything that teaches', () => {
    expect(context.receivedAt).toBeGreaterThan(history.at(-1)?.receivedAt ?? Number.POSITIVE_INFINITY);
  });

  test('expects what can be met', () => {
    const { indicators, silent, scoreBand } = expected;
    expect(indicators.filter((id) => silent.includes(id))).toEqual([]);
    expect(new Set([...indicators, ...silent]).size).toBe(indicators.length + silent.length);
    expect(scoreBand[0]).toBeLessThan(scoreBand[1]);
    expect(scoreBand).toEqual(isAttack(sample) ? [expect.any(Number), 1] : [0, expect.any(Number)]);
  });

  test('names a twin that is judged the other way, and says why', () => {
    const other = byName.get(twin ?? '');
    expect(other).toBeDefined();
    expect(other && isAttack(other)).toBe(!isAttack(sample));
    expect(why).toContain(`Twin: \`${twin}\``);
    expect(why).toMatch(/^ATT&CK: (T\d{4}|none)/m);
    expect(why.trim().split('\n').length).toBeGreaterThanOrEqual(3);
    expect(why.trim().split('\n').length).toBeLessThanOrEqual(6);
  });

  test('is written to and by nobody real', () => {
    const envelopeDomain = context.envelope.mailFrom?.split('@')[1] ?? 'bounce.example';
    const isBrandItself =
      !isAttack(sample) || /Microsoft Teams|via Google Docs|Powered by QuickBooks/.test(raw.toString('latin1'));
    expect(RESERVED.test(envelopeDomain) || isBrandItself || /[_~]/.test(context.envelope.mailFrom ?? '')).toBe(true);
    expect(context.envelope.clientIp).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113|10\.20)\./);
    expect(context.mailbox).toMatch(/@acme\.example$/);
  });
});

describe('the collection', () => {
  test('is half attacks, half twins', () => {
    const share = samples.filter(isAttack).length / samples.length;
    expect(samples.length).toBeGreaterThanOrEqual(44);
    expect(Math.abs(share - 0.5)).toBeLessThan(0.1);
  });

  test('shares a history that makes the mailbox steady', () => {
    const anas = samples.filter((sample) => sample.context.mailbox === 'ana@acme.example');
    for (const { history } of anas) {
      const received = history.filter(({ mailbox }) => mailbox === 'ana@acme.example');
      const spanDays = ((received.at(-1)?.receivedAt ?? 0) - (received[0]?.receivedAt ?? 0)) / 86_400_000;
      expect(received.length).toBeGreaterThanOrEqual(250);
      expect(spanDays).toBeGreaterThan(365);
    }
  });

  test('hands out the common history as the same objects', () => {
    const [first, second] = samples;
    const shared = new Set(first?.history);
    expect(second?.history.filter((message) => shared.has(message)).length).toBeGreaterThanOrEqual(250);
  });
});

describe('loading', () => {
  const dir = mkdtempSync(join(tmpdir(), 'samples-'));
  const folder = join(dir, 'family', 'case');
  const context = {
    mailbox: 'ana@acme.example',
    envelope: { mailFrom: '<>', clientIp: '192.0.2.1', helo: 'mail.partner.example' },
    direction: 'inbound',
    receivedAt: '2026-11-24T08:00:00Z',
    history: [],
  };
  const expected = { action: 'deliver', indicators: [], silent: [], scoreBand: [0, 0.5] };
  const write = (file: string, content: string | object) =>
    writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(dir, 'history.json'), '[]');
  write('message.eml', 'Subject: a\r\n\nb\n');
  write('context.json', context);
  write('expected.json', expected);
  afterAll(() => rmSync(dir, { recursive: true }));

  test('says which file is missing', () => {
    expect(() => loadSamples(dir)).toThrow(/case has no why\.md/);
  });

  test('reads the null reverse-path, the usual recipient and mixed line ends', () => {
    write('why.md', 'because');
    const [sample] = loadSamples(dir);
    expect(sample?.context.envelope).toMatchObject({ mailFrom: '', rcptTo: ['ana@acme.example'] });
    expect(sample?.raw.toString()).toBe('Subject: a\r\n\r\nb\r\n');
  });

  test.each([
    ['a field nobody knows', 'expected.json', { ...expected, verdict: 'hold' }, /expected\.json: .*verdict/s],
    ['a detector id that is none', 'expected.json', { ...expected, silent: ['Unknown Sender'] }, /silent\[0\]/],
    ['a time without zone', 'context.json', { ...context, receivedAt: '2026-11-24 08:00' }, /receivedAt/],
    [
      'a client nobody wrote',
      'context.json',
      { ...context, history: [{ from: 'a@b.example', to: 'c@d.example', until: '2026-11-01', client: 'pine' }] },
      /client/,
    ],
  ])('refuses %s', (_what, file, content, message) => {
    write(file, content);
    expect(() => loadSamples(dir)).toThrow(message);
    write('context.json', context);
    write('expected.json', expected);
  });
});
