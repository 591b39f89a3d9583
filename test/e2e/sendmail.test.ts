/** Through a real Sendmail: golden mail is delivered, stripped, or quarantined as its verdict says; while the service is away it waits with its sender. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadSamples } from '../../bench/samples.ts';
import {
  idOf,
  learnCommonHistory,
  type Outcome,
  sendBySmtp,
  sendGolden,
  shownText,
  until,
  withoutClient,
} from './golden.ts';
import { canRunSendmail, openPrivateSendmail, type PrivateSendmail, WHY_NO_SENDMAIL } from './sendmail.ts';
import { type RunningTidemark, startTidemark } from './tidemark.ts';

const ACCEPTED = /^250 2\.0\.0 (\w{14}) Message accepted for delivery/;
const OVER = [
  ['a Unix socket', 'unix'],
  ['TCP', 'inet'],
] as const;
const title = 'golden mail by SMTP, over %s';

(canRunSendmail ? describe : describe.skip).each(OVER)(
  canRunSendmail ? title : `${title}: skipped, ${WHY_NO_SENDMAIL}`,
  (_, over) => {
    const samples = loadSamples(join(import.meta.dirname, '..', '..', 'samples'));
    const data = mkdtempSync(join(tmpdir(), 'tidemark-e2e-'));
    let sendmail: PrivateSendmail;
    let tidemark: RunningTidemark;
    let outcomes: readonly Outcome[] = [];
    let saidBefore = '';
    let quarantined: ReadonlyMap<string, string>;
    let delivered: readonly string[] = [];

    beforeAll(async () => {
      sendmail = await openPrivateSendmail(over);
      const [first] = samples;
      if (first === undefined) throw new Error('there are no samples');
      saidBefore = await sendBySmtp(sendmail.port, withoutClient(first), first.raw);
      tidemark = await startTidemark({
        MILTER: sendmail.milter,
        DATA_DIR: data,
        OWN_DOMAINS: 'acme.example',
        AUTHSERV_ID: 'mx.acme.example',
      });
      await learnCommonHistory(tidemark.url, samples);
      outcomes = await sendGolden(samples, { port: sendmail.port, url: tidemark.url, envelopeOf: withoutClient });
      await until(() => sendmail.delivered().length + sendmail.quarantined().size === samples.length);
      quarantined = sendmail.quarantined();
      delivered = sendmail.delivered();
    }, 120_000);
    afterAll(async () => {
      await tidemark?.kill('SIGTERM');
      await sendmail?.stop();
      rmSync(data, { recursive: true });
    });

    test('while the service is away: a temporary failure', () => {
      expect(saidBefore).toMatch(/^451 4\.3\.2 /);
    });
    test('every message is delivered or quarantined, once, and nothing else waits', () => {
      expect(outcomes.filter(({ said }) => !ACCEPTED.test(said))).toEqual([]);
      expect(quarantined.size + delivered.length).toBe(samples.length);
      expect(quarantined.size).toBeGreaterThan(20);
      expect(delivered.length).toBeGreaterThan(40);
      expect(sendmail.waiting()).toMatch(/is empty|Total requests: 0/);
    });
    test('the verdict is that of HTTP on the same mail, and what is to be held is quarantined with it', () => {
      const seen = new Map([...quarantined].map(([queueId, head]) => [idOf(head), queueId]));
      const known = outcomes.filter(({ sample }) => sample.name !== 'nul-in-from'); // Sendmail takes NUL out of headers, as Postfix does
      expect(known).toHaveLength(samples.length - 1);
      for (const { said, byHttp } of known) {
        const isHeld = byHttp.action === 'hold';
        expect(seen.get(byHttp.id)).toBe(isHeld ? ACCEPTED.exec(said)?.[1] : undefined);
        expect(delivered.filter((mail) => idOf(mail) === byHttp.id)).toHaveLength(isHeld ? 0 : 1);
      }
    });
    test('what is delivered has the mark, and its body as it was or stripped', async () => {
      let strippedCount = 0;
      const changed: string[] = [];
      for (const { sample, byHttp } of outcomes.filter((outcome) => outcome.byHttp.action !== 'hold')) {
        const mail = delivered.find((one) => idOf(one) === byHttp.id) ?? '';
        expect(mail).toMatch(new RegExp(`^X-Tidemark-Action: ${byHttp.action}; .*id=${byHttp.id}`, 'm'));
        const sent = sample.raw.toString('latin1').replaceAll('\r\n', '\n');
        const isAsSent = mail.trimEnd().endsWith(sent.slice(sent.indexOf('\n\n')).trimEnd());
        const isStripped = /^X-Tidemark-Action: strip; (?!not-rewritten)/m.test(mail);
        if (!isStripped && !isAsSent) changed.push(sample.name);
        if (!isStripped) continue;
        strippedCount++;
        expect(await shownText(mail)).toContain('Be careful: this message may be');
      }
      expect(strippedCount).toBeGreaterThan(3);
      expect(changed).toEqual([]);
    });
    test('a quarantined message that is released arrives, without being asked about again', async () => {
      const [queueId = '', head = ''] = [...quarantined][0] ?? [];
      sendmail.release(queueId);
      await until(() => sendmail.delivered().some((mail) => idOf(mail) === idOf(head)));
      expect(sendmail.quarantined().size).toBe(quarantined.size - 1);
    });
  },
);
