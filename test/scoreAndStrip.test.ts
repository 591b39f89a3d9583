/** Score and strip through the whole service: what a gateway gets that delivers what is left. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ACME, requestFor } from '../bench/judge.ts';
import { loadSamples, type Sample } from '../bench/samples.ts';
import { openSealer } from '../src/authenticate/seal.ts';
import { type Store, StoreAway } from '../src/domain/ports.ts';
import type { ScoredMessage, Service } from '../src/domain/service.ts';
import type { Policy } from '../src/domain/verdict.ts';
import { parseMail } from '../src/parse/parse.ts';
import { readMessage } from '../src/read.ts';
import { createService } from '../src/service.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { openStripper } from '../src/stripApart.ts';
import { DEFAULT_POLICY } from '../src/verdict/policy.ts';
import { strip as stripHere } from '../src/verdict/strip.ts';
import { KEY } from './authenticate/signing.ts';
import { pgpSignatureOf } from './signedFixtures.ts';

const samples = loadSamples(join(import.meta.dirname, '..', 'samples'));
const sampleOf = (name: string): Sample => {
  const found = samples.find((sample) => sample.name === name);
  if (found === undefined) throw new Error(`there is no sample ${name}`);
  return found;
};
const ATTACK = sampleOf('template-from-elsewhere');
const NEVER_HELD: Policy = {
  ...DEFAULT_POLICY,
  budgets: {
    known: { ...DEFAULT_POLICY.budgets.known, hold: 0 },
    stranger: { ...DEFAULT_POLICY.budgets.stranger, hold: 0 },
  },
};

let store: Store;
beforeAll(async () => {
  store = await openSqliteStore({ path: ':memory:' });
  for (const message of ATTACK.history) await serviceWith().observe(requestFor(message));
});
afterAll(() => store.close());

const serviceWith = (more: Partial<Parameters<typeof createService>[0]> = {}): Service =>
  createService({
    store,
    read: (submission) => readMessage(submission, ACME),
    organisation: ACME,
    policy: NEVER_HELD,
    learnDelayMs: 0,
    now: () => ATTACK.context.receivedAt,
    ...more,
  });
const request = requestFor({ ...ATTACK.context, raw: ATTACK.raw });

test('what was decided is told before it is written down, which may fail', async () => {
  const full = async () => {
    throw new StoreAway('the disk is full', undefined);
  };
  const service = serviceWith({ store: { ...store, verdicts: { ...store.verdicts, add: full } } });
  const decided: string[] = [];
  const onDecided = (action: string) => decided.push(action);
  await expect(service.scoreAndStrip(request, { onDecided })).rejects.toThrow('the disk is full');
  await serviceWith().scoreAndStrip(request, { onDecided });
  await serviceWith().scoreAndStrip(request, { onDecided }); // found in the log
  expect(decided).toEqual(['strip', 'strip', 'strip']);
});

test('the message without what is dangerous comes with the verdict, also when it is asked for again', async () => {
  const service = serviceWith();
  const { verdict, stripped } = await service.scoreAndStrip(request);
  expect(verdict.action).toBe('strip');
  if (stripped?.isRewritten !== true) throw new Error(`not rewritten: ${stripped?.detail}`);
  expect(stripped.changes.map(({ kind }) => kind).sort()).toEqual(expect.arrayContaining(['banner', 'file']));
  const [before, after] = [await parseMail(ATTACK.raw), await parseMail(stripped.bytes)];
  expect(after.subject).toBe(before.subject);
  expect(after.text).toContain('[Tidemark] Be careful: this message may be ');
  expect(after.text).toContain('Tidemark removed a file that came with this message.');
  expect(await service.scoreAndStrip(request)).toEqual({ verdict, stripped });
  expect(await service.score(request)).toEqual(verdict);
});

test('it is stripped once, in the wording of who asks', async () => {
  let count = 0;
  const counted: typeof stripHere = (...asked) => {
    count++;
    return stripHere(...asked);
  };
  const raw = Buffer.from(ATTACK.raw.toString('latin1').replace(/^Message-ID: </im, 'Message-ID: <once.'), 'latin1');
  const service = serviceWith({ strip: counted });
  const { stripped } = await service.scoreAndStrip({ ...request, raw }, { wording: { restoring: 'Call 4711.' } });
  expect([count, stripped?.isRewritten && stripped.bytes.includes('Call 4711.')]).toEqual([1, true]);
});

describe('signed, so that it cannot be rewritten', () => {
  const [, head = '', body = ''] = /^(.*?)\r?\n\r?\n(.*)$/s.exec(ATTACK.raw.toString('latin1')) ?? [];
  const fields = head.split(/\r?\n(?![ \t])/);
  const isAboutParts = (field: string): boolean => /^(?:content-|mime-version)/i.test(field);
  const theirs = [...fields.filter((field) => /^content-/i.test(field)), '', body].join('\r\n');
  const signed = (subject: string, part = theirs, signature = pgpSignatureOf(part)) =>
    Buffer.from(
      [
        ...fields
          .filter((field) => !isAboutParts(field))
          .map((field) => field.replace(/^(Subject: |Message-ID: <)/i, `$1${subject}.`)),
        'MIME-Version: 1.0',
        'Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha256; boundary=signed',
        '',
        '--signed',
        part,
        '--signed',
        'Content-Type: application/pgp-signature; name=signature.asc',
        '',
        signature,
        '--signed--',
        '',
      ].join('\r\n'),
      'latin1',
    );
  const by = (unchanged: 'deliver' | 'hold', more: Partial<Policy> = {}, known: Store = store) =>
    serviceWith({ store: known, policy: { ...NEVER_HELD, strip: { files: 'remove', unchanged }, ...more } });
  const of = (subject: string, ...parts: readonly string[]) => ({ ...request, raw: signed(subject, ...parts) });
  /** Odd mail of known senders is stripped, as that of strangers is. */
  const STRIPPED: Partial<Policy> = {
    budgets: { ...NEVER_HELD.budgets, known: { banner: 1, strip: 1, hold: 0 } },
    costs: {
      ...DEFAULT_POLICY.costs,
      disturbed: { ...DEFAULT_POLICY.costs.disturbed, known: { banner: 1e-6, strip: 1e-6, hold: 10 } },
    },
  };

  describe('by whom the owner writes to, and who has signed before', () => {
    let known: Store;
    beforeAll(async () => {
      known = await openSqliteStore({ path: ':memory:' });
      const service = by('deliver', {}, known);
      const written = Buffer.from(
        'From: Ana Almeida <ana@acme.example>\r\nTo: bewerbung@a-reimers.example\r\nMessage-ID: <1@acme.example>\r\n\r\nHello\r\n',
      );
      await service.observe({ ...request, raw: written, direction: 'outbound', mailFrom: 'ana@acme.example' });
      for (const day of [3, 2, 1]) {
        const receivedAt = (request.receivedAt ?? 0) - day * 86_400_000;
        await service.observe({ ...of(`before ${day}`, 'Content-Type: text/plain\r\n\r\nGood day'), receivedAt });
      }
    });
    afterAll(() => known.close());

    test('it is left as it is, and says so', async () => {
      const { verdict, stripped } = await by('deliver', STRIPPED, known).scoreAndStrip(of('1'));
      expect(verdict.action).toBe('strip');
      expect(stripped).toMatchObject({ isRewritten: false, refusal: 'signed' });
    });

    test('it is held where the policy says so', async () => {
      expect((await by('hold', STRIPPED, known).score(of('2'))).action).toBe('hold');
    });
  });

  test('by anybody else it is held under either policy, at every door, and the verdict says why', async () => {
    for (const unchanged of ['deliver', 'hold'] as const) {
      const service = by(unchanged);
      const verdict = await service.score(of(`3 ${unchanged}`));
      expect(verdict).toMatchObject({ action: 'hold', enacted: 'hold' });
      expect(verdict.mailboxes.map(({ action }) => action)).toEqual(['hold']);
      expect(verdict.reason).toMatch(/^Held, as it is signed and cannot be stripped,/);
      expect(verdict.banner).toBeUndefined();
      expect(await service.scoreAndStrip(of(`3 ${unchanged}`))).toEqual({ verdict });
      expect((await service.verdict(request.tenant, verdict.id))?.verdict).toEqual(verdict);
    }
  });

  test('by a signature that can be none it is stripped as if there were none', async () => {
    for (const signature of ['MAA=', pgpSignatureOf('something else')]) {
      const { verdict, stripped } = await by('hold').scoreAndStrip(of(signature.slice(-9, -5), theirs, signature));
      expect([verdict.action, stripped?.isRewritten]).toEqual(['strip', true]);
    }
  });

  test('made so that it cannot be, it is held under either policy', async () => {
    const twice = ATTACK.raw.toString('latin1').replace(/^(Content-Type:)/im, 'Content-Type: text/plain\r\n$1');
    const verdict = await by('deliver').score({ ...request, raw: Buffer.from(twice, 'latin1') });
    expect(verdict).toMatchObject({ action: 'hold', enacted: 'hold' });
    expect(verdict.reason).toMatch(/its parts cannot be told from each other/);
  });

  test('in passive mode nothing is held', async () => {
    expect((await by('hold', { mode: 'passive' }).score(of('4'))).action).toBe('deliver');
  });

  test('what can be rewritten is, under either policy', async () => {
    const raw = Buffer.from(ATTACK.raw.toString('latin1').replace(/^Subject: /m, 'Subject: 4 '), 'latin1');
    const { verdict, stripped } = await by('hold').scoreAndStrip({ ...request, raw });
    expect([verdict.action, stripped?.isRewritten]).toEqual(['strip', true]);
  });
});

test('flattened where the policy says so: the text of the document, in its place', async () => {
  const policy: Policy = { ...NEVER_HELD, strip: { ...NEVER_HELD.strip, files: 'flatten' } };
  const stripper = openStripper();
  const { stripped } = await serviceWith({ policy, strip: stripper.strip }).scoreAndStrip(request);
  await stripper.close();
  if (stripped?.isRewritten !== true) throw new Error(`not rewritten: ${stripped?.detail}`);
  expect(stripped.changes).toContainEqual(expect.objectContaining({ kind: 'file', flattenedTo: 'text' }));
  expect((await parseMail(stripped.bytes)).text).toContain('by its text, below.');
});

test('it is signed when there is a key, and the wording is the caller’s', async () => {
  const sealer = await openSealer({ domain: 'acme.example', selector: 's', privateKey: KEY.privateKey });
  const { stripped } = await serviceWith({ sealer }).scoreAndStrip(request, { wording: { restoring: 'Call 4711.' } });
  if (stripped?.isRewritten !== true) throw new Error('not rewritten');
  expect(stripped.bytes.toString()).toMatch(/^DKIM-Signature: /);
  expect(stripped.headers[0]).toMatchObject({ kind: 'top', name: 'DKIM-Signature' });
  expect(stripped.bytes.toString()).toContain('Call 4711.');
});

test('who cannot keep the original after all has it said otherwise, under a signature of its own', async () => {
  const sealer = await openSealer({ domain: 'acme.example', selector: 's', privateKey: KEY.privateKey });
  const service = serviceWith({ sealer });
  const wording = { restoring: 'Ask for it.' };
  const { stripped, reword } = await service.scoreAndStrip(request, { wording, isRewordable: true });
  const reworded = await reword?.('Ask whether it was kept.');
  if (stripped?.isRewritten !== true || reworded?.isRewritten !== true) throw new Error('not rewritten');
  expect(stripped.bytes.toString()).toContain('Ask for it.');
  const text = reworded.bytes.toString();
  expect(text).toMatch(/^DKIM-Signature: /);
  expect(text).toContain('Ask whether it was kept.');
  expect(text).not.toContain('Ask for it.');
  expect(reworded.changes).toEqual(stripped.changes);
  expect(await service.scoreAndStrip(request, { wording })).not.toHaveProperty('reword');
});

test('mail that is delivered or held comes alone', async () => {
  const benign = sampleOf('partner-pdf');
  const delivered = await serviceWith().scoreAndStrip(requestFor({ ...benign.context, raw: benign.raw }));
  expect(delivered).not.toHaveProperty('stripped');
  const passive = serviceWith({ policy: { ...NEVER_HELD, mode: 'passive' } });
  const renamed = Buffer.from(
    ATTACK.raw.toString('latin1').replace(/^Message-ID: </im, 'Message-ID: <other.'),
    'latin1',
  );
  const untouched = await passive.scoreAndStrip({ ...request, raw: renamed });
  expect(untouched.verdict).toMatchObject({ proposed: 'strip', enacted: 'deliver' });
  expect(untouched).not.toHaveProperty('stripped');
});

test('held for one and to be stripped for another: what is left for the other comes too', async () => {
  const { raw, context } = sampleOf('form-in-mail');
  const service = serviceWith({ policy: DEFAULT_POLICY, now: () => context.receivedAt });
  const forBoth = { ...requestFor({ ...context, raw }), mailboxes: ['ana@acme.example', 'new@acme.example'] };
  const { verdict, stripped, strippedForOthers } = await service.scoreAndStrip(forBoth, { isSplittable: true });
  expect(verdict.mailboxes.map(({ action }) => action)).toEqual(['hold', 'strip']);
  expect([verdict.action, stripped]).toEqual(['hold', undefined]);
  if (strippedForOthers?.isRewritten !== true) throw new Error('not rewritten');
  expect((await parseMail(strippedForOthers.bytes)).html).toContain('Be careful: this message may be');
});

describe('a lock page of ours', () => {
  const LINKS = sampleOf('mailbox-full');
  const lockPage = { template: 'https://mail.acme.example/l/{token}', secret: 'a secret' };
  const requestOf = (tenant: string) => ({
    ...requestFor({ ...LINKS.context, raw: LINKS.raw }),
    tenant,
    learn: 'never' as const,
  });
  const ask = (tenant = 'one', service = serviceWith({ lockPage })) => service.scoreAndStrip(requestOf(tenant));
  const tokensIn = (scored: ScoredMessage): readonly string[] => {
    if (scored.stripped?.isRewritten !== true) throw new Error(`not rewritten: ${scored.stripped?.detail}`);
    const { bytes, locks } = scored.stripped;
    const body = bytes.toString().replace(/=\r?\n/g, '');
    expect(locks.length).toBeGreaterThan(0);
    for (const { token } of locks) expect(body).toContain(`https://mail.acme.example/l/${token}`);
    return locks.map(({ token }) => token);
  };

  test('knows every token that leaves, and where it leads', async () => {
    const scored = await ask();
    const { id, receivedAt } = scored.verdict;
    for (const token of tokensIn(scored)) {
      expect(await serviceWith().findLock(token)).toMatchObject({
        lock: { token, verdictId: id, receivedAt, url: expect.stringMatching(/^https:/), openedCount: 0 },
        entry: { verdict: { id } },
      });
    }
    expect(await serviceWith().locksOf('one', id)).toHaveLength(tokensIn(scored).length);
    expect(await serviceWith().locksOf('one', 'v-none')).toBeUndefined();
    expect(await serviceWith().locksOf('other', id)).toBeUndefined();
  });

  test('has the same tokens for the same message, others for another and with another secret', async () => {
    const first = tokensIn(await ask());
    expect(tokensIn(await ask())).toEqual(first);
    expect(tokensIn(await ask('two'))).not.toEqual(first);
    const secret = { ...lockPage, secret: 'another' };
    expect(tokensIn(await ask('one', serviceWith({ lockPage: secret })))).not.toEqual(first);
  });

  test('gives way to the page of who asks', async () => {
    const wording = { lockPage: { template: 'https://gateway.example/{token}', secret: 's' } };
    const { verdict, stripped } = await serviceWith({ lockPage }).scoreAndStrip(requestOf('three'), { wording });
    expect(stripped?.isRewritten && stripped.bytes.toString().replace(/=\r?\n/g, '')).toContain('gateway.example/');
    expect(await serviceWith().locksOf('three', verdict.id)).toEqual([]);
  });

  test('nothing leaves whose token could not be kept', async () => {
    const full = { ...store.locks, add: () => Promise.reject(new StoreAway('disk full', undefined)) };
    const service = serviceWith({ lockPage, store: { ...store, locks: full } });
    await expect(ask('four', service)).rejects.toThrow('disk full');
  });
});
