/** Through a real Exim, with the rules of docs/OPERATIONS.md: golden mail is delivered marked or deferred as its verdict says, and is marked unscored while the service is away. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadSamples } from '../../bench/samples.ts';
import { freePort } from '../freePort.ts';
import { canRunExim, openPrivateExim, type PrivateExim, WHY_NO_EXIM } from './exim.ts';
import { idOf, learnCommonHistory, type Outcome, sendBySmtp, sendGolden, until, withoutClient } from './golden.ts';
import { openSmtp } from './smtp.ts';
import { type RunningTidemark, startTidemark } from './tidemark.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OPERATIONS = readFileSync(join(ROOT, 'docs/OPERATIONS.md'), 'utf8');
const [RSPAMD = '', SPAMD = ''] =
  OPERATIONS.split('\n### Exim\n')[1]
    ?.matchAll(/^```\n(spamd_address.+?)^```/gms)
    .map(([, rules = '']) => rules) ?? [];
const at = (port: number, rules: string): string => rules.replace('127.0.0.1 783', `127.0.0.1 ${port}`);

interface Opened {
  readonly tidemark: RunningTidemark;
  readonly exim: PrivateExim;
  readonly spamdPort: number;
}

const ACCEPTED = /^250 OK id=/;
const title = 'golden mail by SMTP';

(canRunExim ? describe : describe.skip)(canRunExim ? title : `${title}: skipped, ${WHY_NO_EXIM}`, () => {
  const samples = loadSamples(join(ROOT, 'samples')).filter(
    ({ name }, index) => index % 3 === 0 && name !== 'nul-in-from', // Exim takes NUL out of headers, as Postfix does
  );
  const data = mkdtempSync(join(tmpdir(), 'tidemark-e2e-'));
  const tidemarks: RunningTidemark[] = [];
  const exims: PrivateExim[] = [];

  /** The service and an Exim that asks it. */
  async function open(rules: string, env: Readonly<Record<string, string>> = {}): Promise<Opened> {
    const spamdPort = await freePort();
    const [tidemark, exim] = await Promise.all([
      startTidemark({
        SPAMD: `127.0.0.1:${spamdPort}`,
        DATA_DIR: join(data, String(spamdPort)),
        OWN_DOMAINS: 'acme.example',
        AUTHSERV_ID: 'mx.acme.example',
        ...env,
      }),
      openPrivateExim(at(spamdPort, rules)),
    ]);
    tidemarks.push(tidemark);
    exims.push(exim);
    return { tidemark, exim, spamdPort };
  }
  afterAll(async () => {
    await Promise.all([...tidemarks.map((tidemark) => tidemark.kill('SIGTERM')), ...exims.map((exim) => exim.stop())]);
    rmSync(data, { recursive: true });
  });

  describe('variant=rspamd', () => {
    let exim: PrivateExim;
    let tidemark: RunningTidemark;
    let outcomes: readonly Outcome[] = [];
    let delivered: readonly string[] = [];
    const acceptedCount = () => outcomes.filter(({ said }) => ACCEPTED.test(said)).length;

    beforeAll(async () => {
      ({ exim, tidemark } = await open(RSPAMD));
      await learnCommonHistory(tidemark.url, samples);
      outcomes = await sendGolden(samples, { port: exim.port, url: tidemark.url, envelopeOf: withoutClient });
      await until(() => exim.delivered().length === acceptedCount());
      delivered = exim.delivered();
    }, 240_000);

    test('what is to be held is deferred, with the id of the verdict that HTTP has; all else is delivered, once', () => {
      const held = outcomes.filter(({ byHttp }) => byHttp.action === 'hold');
      expect(held.length).toBeGreaterThan(15);
      for (const { said, byHttp } of held) {
        expect(said).toBe(`451 Message is held for review (hold; id=${byHttp.id})`);
        expect(delivered.filter((mail) => idOf(mail) === byHttp.id)).toEqual([]);
      }
      expect(acceptedCount()).toBe(samples.length - held.length);
      expect(exim.queuedCount()).toBe(0);
    });
    test('what is delivered has one mark, and its body as it was', () => {
      const passed = outcomes.filter(({ byHttp }) => byHttp.action !== 'hold');
      expect(new Set(passed.map(({ byHttp }) => byHttp.action))).toEqual(new Set(['deliver', 'strip']));
      for (const { sample, byHttp } of passed) {
        const mine = delivered.filter((mail) => idOf(mail) === byHttp.id);
        expect(mine).toHaveLength(1);
        expect(mine[0]?.match(/^X-Tidemark-.*$/gm)).toEqual([`X-Tidemark-Action: ${byHttp.action}; id=${byHttp.id}`]);
        const sent = sample.raw.toString('latin1').replaceAll('\r\n', '\n');
        expect(mine[0]?.trimEnd().endsWith(sent.slice(sent.indexOf('\n\n')).trimEnd())).toBe(true);
      }
    });
    test('a forged mark goes; while the service is away mail is marked unscored, whatever came before it', async () => {
      const before = exim.delivered();
      const forged = Buffer.from('X-Tidemark-Action: deliver; id=v0\r\n');
      const [good, bad] = ['deliver', 'hold'].map((action) => outcomes.find(({ byHttp }) => byHttp.action === action));
      if (good === undefined || bad === undefined) throw new Error('no such samples');
      const smtp = await openSmtp(exim.port);
      const send = ({ sample }: Outcome) => smtp.send(withoutClient(sample), Buffer.concat([forged, sample.raw]));
      expect(await send(good)).toMatch(ACCEPTED);
      expect(await send(bad)).toContain('held for review');
      await tidemark.kill('SIGTERM');
      expect(await send(good)).toMatch(ACCEPTED);
      expect(await send(bad)).toMatch(ACCEPTED);
      await smtp.quit();
      await until(() => exim.delivered().length === before.length + 3);
      const fresh = exim.delivered().filter((mail) => !before.includes(mail));
      expect(fresh.map((mail) => mail.match(/^X-Tidemark-.*$/gm)?.join()).sort()).toEqual([
        `X-Tidemark-Action: deliver; id=${good.byHttp.id}`,
        'X-Tidemark-Action: unscored',
        'X-Tidemark-Action: unscored',
      ]);
    });
  });

  test('variant=rspamd with one rule more, while the service is away: a temporary failure', async () => {
    const [, rule = ''] = /put `(defer condition = .+?)` in front of the last rule/.exec(OPERATIONS) ?? [];
    const exim = await openPrivateExim(at(await freePort(), RSPAMD.replace(/(?=^ *warn +add_header)/m, `${rule}\n`)));
    exims.push(exim);
    const [first] = samples;
    if (first === undefined) throw new Error('there are no samples');
    expect(await sendBySmtp(exim.port, withoutClient(first), first.raw)).toMatch(/^451 /);
    expect(exim.queuedCount()).toBe(0);
  }, 30_000);

  describe('other ways', () => {
    const few = samples.filter(({ family }) => ['malware', 'calendar', 'known-correspondent'].includes(family));
    let adding: Opened;
    let plain: PrivateExim;

    beforeAll(async () => {
      adding = await open(RSPAMD, { HOLD_FALLBACK: 'add-header' });
      plain = await openPrivateExim(at(adding.spamdPort, SPAMD));
      exims.push(plain);
    }, 120_000);
    const sendFew = ({ port }: PrivateExim) =>
      sendGolden(few, { port, url: adding.tidemark.url, envelopeOf: withoutClient });

    test('HOLD_FALLBACK=add-header: what is to be held is delivered, marked as such', async () => {
      const { exim } = adding;
      const outcomes = await sendFew(exim);
      await until(() => exim.delivered().length === few.length);
      const marks = exim.delivered().map((mail) => /^X-Tidemark-Action: (.+)$/m.exec(mail)?.[1]);
      expect(marks.sort()).toEqual(outcomes.map(({ byHttp }) => `${byHttp.action}; id=${byHttp.id}`).sort());
      expect(new Set(outcomes.map(({ byHttp }) => byHttp.action))).toEqual(new Set(['deliver', 'strip', 'hold']));
    }, 120_000);

    test('plain spamd: deferred or delivered by the score, which is a header', async () => {
      const outcomes = await sendFew(plain);
      const held = outcomes.filter(({ byHttp }) => byHttp.action === 'hold');
      expect(held.length).toBeGreaterThan(0);
      expect(held.map(({ said }) => said)).toEqual(held.map(() => '451 Message is held for review'));
      await until(() => plain.delivered().length === few.length - held.length);
      const actions = plain.delivered().map((mail) => {
        const score = Number(/^X-Spam-Score: (.+)$/m.exec(mail)?.[1]);
        return score < 6 ? 'deliver' : 'strip';
      });
      const rest = outcomes.map(({ byHttp }) => byHttp.action).filter((action) => action !== 'hold');
      expect(actions.sort()).toEqual(rest.sort());
    }, 120_000);
  });
});
