/** Through a real Haraka with its plugin rspamd, configured as docs/OPERATIONS.md says: golden mail is relayed marked or deferred as its verdict says. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadSamples, type Sample } from '../../bench/samples.ts';
import type { Envelope } from '../../src/domain/mail.ts';
import { openSmtpSink, type SmtpSink } from '../custody/smtpSink.ts';
import { idOf, learnCommonHistory, type Outcome, sendBySmtp, sendGolden } from './golden.ts';
import { canRunHaraka, openPrivateHaraka, type PrivateHaraka, WHY_NO_HARAKA } from './haraka.ts';
import { type RunningTidemark, startTidemark } from './tidemark.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OPERATIONS = readFileSync(join(ROOT, 'docs/OPERATIONS.md'), 'utf8');
const [, RSPAMD_INI = ''] = /^- \*\*Haraka\*\*.*?^ *```\n(.+?)^ *```/ms.exec(OPERATIONS) ?? [];
const OWN_HEADERS = '\n[header]\nscore = X-Rspamd-Score\n'; // of those that the plugin's own rspamd.ini names

/** From outside: the plugin asks nothing for users who logged in. */
const fromOutside = ({ context }: Sample): Envelope => {
  const { user: _, ...envelope } = context.envelope;
  return envelope;
};
const marksIn = (mail: string): readonly string[] => mail.match(/^X-Tidemark-Action: .*(?=\r$)/gm) ?? [];
/** Haraka writes such fields anew (as UTF-8, U+FFFD for what is none) before it asks: it is another message then, with another id. */
const hasEightBitHeader = ({ raw }: Sample): boolean =>
  raw.subarray(0, raw.indexOf('\r\n\r\n')).some((byte) => byte >= 0x80);
/** No Haraka takes a rewritten message. */
const markOf = ({ action, id }: Outcome['byHttp']): RegExp =>
  new RegExp(
    `^X-Tidemark-Action: ${action}; ${action === 'strip' ? 'not-rewritten; ' : ''}(?:proposed=hold; )?id=${id}\\r$`,
    'm',
  );

const title = 'golden mail by SMTP';

(canRunHaraka ? describe : describe.skip)(canRunHaraka ? title : `${title}: skipped, ${WHY_NO_HARAKA}`, () => {
  const all = loadSamples(join(ROOT, 'samples'));
  const samples = all.filter((sample, index) => index % 3 === 0 && !hasEightBitHeader(sample));
  const data = mkdtempSync(join(tmpdir(), 'tidemark-e2e-'));
  const toClose: (() => Promise<void>)[] = [];
  const sampleOf = (wanted: string): Sample => {
    const found = all.find(({ name }) => name === wanted);
    if (found === undefined) throw new Error(`no sample ${wanted}`);
    return found;
  };

  interface Opened {
    readonly tidemark: RunningTidemark;
    readonly haraka: PrivateHaraka;
    readonly sink: SmtpSink;
  }
  /** The service, a Haraka that asks it, and who takes what it relays. */
  async function open(env: Readonly<Record<string, string>> = {}): Promise<Opened> {
    const sink = await openSmtpSink();
    toClose.push(() => sink.close());
    const tidemark = await startTidemark({
      DATA_DIR: join(data, String(sink.port)),
      OWN_DOMAINS: 'acme.example',
      AUTHSERV_ID: 'mx.acme.example',
      ...env,
    });
    toClose.push(() => tidemark.kill('SIGTERM'));
    const ini = RSPAMD_INI.replace('port = 8484', `port = ${new URL(tidemark.url).port}`) + OWN_HEADERS;
    const haraka = await openPrivateHaraka(ini, sink.port);
    toClose.push(() => haraka.stop());
    return { tidemark, haraka, sink };
  }
  const relayedBy = (sink: SmtpSink): readonly string[] => sink.taken.map(({ raw }) => raw.toString('latin1'));
  afterAll(async () => {
    await Promise.all(toClose.map((close) => close()));
    rmSync(data, { recursive: true });
  });

  describe('a hold is a soft reject', () => {
    let opened: Opened;
    let outcomes: readonly Outcome[] = [];
    let relayed: readonly string[] = [];

    beforeAll(async () => {
      opened = await open();
      const { haraka, tidemark, sink } = opened;
      await learnCommonHistory(tidemark.url, samples);
      outcomes = await sendGolden(samples, { port: haraka.port, url: tidemark.url, envelopeOf: fromOutside });
      relayed = relayedBy(sink);
    }, 240_000);

    test('what is to be held is deferred, with the id of the verdict that HTTP has; all else is relayed, once', () => {
      const held = outcomes.filter(({ byHttp }) => byHttp.action === 'hold');
      expect(held.length).toBeGreaterThan(15);
      for (const { said, byHttp } of held) {
        expect(said).toBe(`451 4.7.1 Message is held for review (${byHttp.id})`);
        expect(relayed.filter((mail) => idOf(mail) === byHttp.id)).toEqual([]);
      }
      const accepted = outcomes.filter(({ said }) => said.startsWith('250 '));
      expect(accepted).toHaveLength(samples.length - held.length);
      expect(relayed).toHaveLength(accepted.length);
    });
    test('what is relayed has one mark of each kind, and its body as it was; a strip has those of the plugin too', () => {
      const passed = outcomes.filter(({ byHttp }) => byHttp.action !== 'hold');
      expect(new Set(passed.map(({ byHttp }) => byHttp.action))).toEqual(new Set(['deliver', 'strip']));
      for (const { sample, byHttp } of passed) {
        const mine = relayed.filter((mail) => idOf(mail) === byHttp.id);
        expect(mine).toHaveLength(1);
        const [mail = ''] = mine;
        expect(marksIn(mail)).toHaveLength(1);
        expect(mail).toMatch(markOf(byHttp));
        const isStrip = byHttp.action === 'strip';
        expect(mail.match(/^X-Tidemark-(Score|Reason): /gm)).toHaveLength(2);
        const score = Number(/^X-Rspamd-Score: (.+)$/m.exec(mail)?.[1]);
        expect(isStrip ? score >= 6 && score < 15 : Number.isNaN(score)).toBe(true);
        const sent = sample.raw.toString('latin1');
        expect(mail.trimEnd().endsWith(sent.slice(sent.indexOf('\r\n\r\n')).trimEnd())).toBe(true);
      }
    });
    test('a bounce is judged as one, though Haraka names no sender then', async () => {
      const { haraka, tidemark } = opened;
      const sample = sampleOf('envelope-elsewhere');
      const mismatchOf = async (mailFrom = ''): Promise<string | undefined> => {
        const raw = Buffer.from(
          sample.raw.toString('latin1').replace(/^Message-ID: </im, `$&${mailFrom.length}.`),
          'latin1',
        );
        const said = await sendBySmtp(haraka.port, { ...fromOutside(sample), mailFrom }, raw);
        const [id] = /v[0-9a-f]{32}/.exec(said) ?? [];
        const verdict = await (await fetch(`${tidemark.url}/v1/verdicts/${id}`)).json();
        const { findings } = verdict as { findings: readonly { detector: string; outcome: string }[] };
        return findings.find(({ detector }) => detector === 'mail-from-mismatch')?.outcome;
      };
      expect(await mismatchOf(sample.context.envelope.mailFrom)).toBe('fired');
      expect(await mismatchOf('')).toBe('clear');
    });
    test('a message with eight-bit header fields is relayed with the mark of what Haraka made of it', async () => {
      const { haraka, tidemark, sink } = opened;
      const sample = sampleOf('old-business-software');
      expect(hasEightBitHeader(sample)).toBe(true);
      expect(await sendBySmtp(haraka.port, fromOutside(sample), sample.raw)).toMatch(/^250 /);
      const mail = relayedBy(sink).at(-1) ?? '';
      expect(marksIn(mail)).toEqual([`X-Tidemark-Action: deliver; id=${idOf(mail)}`]);
      const verdict = await (await fetch(`${tidemark.url}/v1/verdicts/${idOf(mail)}`)).json();
      expect(verdict).toMatchObject({ action: 'deliver' });
    });
    test('a forged mark goes; while the service is away mail is deferred', async () => {
      const { haraka, tidemark, sink } = opened;
      const good = outcomes.find(({ byHttp }) => byHttp.action === 'deliver');
      if (good === undefined) throw new Error('nothing was delivered');
      const forged = Buffer.concat([Buffer.from('X-Tidemark-Action: hold; id=v0\r\n'), good.sample.raw]);
      const send = () => sendBySmtp(haraka.port, fromOutside(good.sample), forged);
      const before = sink.taken.length;
      expect(await send()).toMatch(/^250 /);
      expect(marksIn(relayedBy(sink).at(-1) ?? '')).toEqual([`X-Tidemark-Action: deliver; id=${good.byHttp.id}`]);
      await tidemark.kill('SIGTERM');
      expect(await send()).toBe('450 Rspamd scan error');
      expect(sink.taken).toHaveLength(before + 1);
    });
  });

  test('HOLD_FALLBACK=add-header: what is to be held is relayed, marked as such', async () => {
    const { haraka, tidemark, sink } = await open({ HOLD_FALLBACK: 'add-header' });
    const few = samples.filter(({ family }) => ['malware', 'calendar', 'known-correspondent'].includes(family));
    const outcomes = await sendGolden(few, { port: haraka.port, url: tidemark.url, envelopeOf: fromOutside });
    const relayed = relayedBy(sink);
    expect(relayed).toHaveLength(few.length);
    for (const [index, { byHttp }] of outcomes.entries()) expect(relayed[index]).toMatch(markOf(byHttp));
    expect(new Set(outcomes.map(({ byHttp }) => byHttp.action))).toEqual(new Set(['deliver', 'strip', 'hold']));
    const held = relayed.filter((mail) => /^X-Tidemark-Action: hold; /m.test(mail));
    for (const mail of held) expect(Number(/^X-Rspamd-Score: (.+)$/m.exec(mail)?.[1])).toBeGreaterThanOrEqual(15);
  }, 120_000);
});
