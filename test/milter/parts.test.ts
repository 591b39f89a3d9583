/** What holds for any input. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainLine } from '../../src/domain/resultHeaders.ts';
import { directionsIn, toSubmission } from '../../src/intake.ts';
import { answerTo } from '../../src/milter/answer.ts';
import { createCollected } from '../../src/milter/collected.ts';
import { toEnvelope, traceHeader } from '../../src/milter/envelope.ts';
import { isForged, resultsField } from '../../src/milter/fields.ts';
import { createForgedHeaders } from '../../src/milter/forged.ts';
import { createFrameReader, type Frame, frame } from '../../src/milter/frames.ts';
import { headerChanges } from '../../src/milter/headerChanges.ts';
import { type MailHeader, splitHeaders } from '../../src/milter/mail.ts';
import { negotiate } from '../../src/milter/negotiate.ts';
import { type Change, changesThenContinue } from '../../src/milter/reply.ts';
import { sharesOf } from '../../src/milter/shares.ts';
import { readReceived } from '../../src/parse/received.ts';
import { createSlots } from '../../src/slots.ts';
import { aVerdict } from '../http/service.ts';

describe('frames', () => {
  const anyFrame = fc.tuple(fc.constantFrom('L', 'B', 'E'), fc.uint8Array({ maxLength: 9000 }));

  test('are the same however the bytes are cut', () => {
    const property = fc.property(fc.array(anyFrame), fc.array(fc.integer({ min: 1, max: 5000 })), (frames, cuts) => {
      const wire = Buffer.concat(frames.map(([command, data]) => frame(command, Buffer.from(data))));
      const reader = createFrameReader(10_000);
      const found: Frame[] = [];
      let at = 0;
      for (const cut of [...cuts, wire.length]) {
        found.push(...reader.read(wire.subarray(at, at + cut)));
        at += cut;
      }
      expect(found.map(({ command, data }) => [command, data.toString('hex')])).toEqual(
        frames.map(([command, data]) => [command, Buffer.from(data).toString('hex')]),
      );
      expect(reader.isMidFrame).toBe(false);
    });
    fc.assert(property);
  });

  test('byte by byte', () => {
    const wire = Buffer.concat([frame('E'), frame('L', 'From', ' a'), frame('B', Buffer.alloc(5000))]);
    const reader = createFrameReader(10_000);
    const found = [...wire].flatMap((byte) => [...reader.read(Buffer.from([byte]))]);
    expect(found.map(({ command, data }) => [command, data.length])).toEqual([
      ['E', 0],
      ['L', 8],
      ['B', 5000],
    ]);
  });

  test.each([
    ['of four gigabytes', [0xff, 0xff, 0xff, 0xff], /4294967295 bytes, the limit is 10000/],
    ['one over the limit', [0, 0, 0x27, 0x11], /10001 bytes/],
    ['of none', [0, 0, 0, 0], /without a command/],
  ])('a length %s is refused before anything is kept', (_name, bytes, message) => {
    const [first = 0, ...rest] = bytes;
    expect(() => [...createFrameReader(10_000).read(Buffer.from(bytes))]).toThrow(message);
    const reader = createFrameReader(10_000);
    expect([...reader.read(Buffer.from([first]))]).toEqual([]);
    expect(() => [...reader.read(Buffer.from(rest))]).toThrow(message);
  });

  test('what a length only claims is not allocated', () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 200 }, () => {
      const reader = createFrameReader(1024 * 1024);
      expect([...reader.read(Buffer.from([0, 0x10, 0, 0, 66]))]).toEqual([]);
      return reader;
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 2 ** 20);
    expect(readers.every((reader) => reader.isMidFrame)).toBe(true);
  });
});

describe('collected', () => {
  test('headers and body come out byte for byte', () => {
    const content = createCollected(1000, true);
    content.addHeader('From', ' Ana\n\tKern <ana@acme.example>');
    content.addHeader('subject', '');
    content.addBody(Buffer.from('one\r\n'));
    content.addBody(Buffer.from('\xfftwo', 'latin1'));
    const { headerBytes } = content;
    expect(content.take(Buffer.from('Before: 1\r\n')).toString('latin1')).toBe(
      'Before: 1\r\nFrom: Ana\r\n\tKern <ana@acme.example>\r\nsubject:\r\n\r\none\r\n\xfftwo',
    );
    expect(headerBytes).toBe(47);
  });

  test('chunks of any size', () => {
    const chunk = fc.uint8Array({ maxLength: 50_000 });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 6 }), (chunks) => {
        const content = createCollected(1_000_000, true);
        for (const bytes of chunks) content.addBody(Buffer.from(bytes));
        const whole = Buffer.concat([Buffer.from('\r\n'), ...chunks.map((bytes) => Buffer.from(bytes))]);
        expect(content.take(Buffer.alloc(0)).equals(whole)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('over the limit nothing is kept', () => {
    const content = createCollected(100_000, true);
    for (let i = 0; i < 20; i++) content.addBody(Buffer.alloc(10_000));
    expect(content.isTooLarge).toBe(true);
    expect(content.take(Buffer.alloc(0)).length).toBe(0);
  });
});

describe('envelope', () => {
  const mail = { tenant: 'default', raw: Buffer.from('From: a@b.example\r\n\r\n'), learn: 'auto' } as const;
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.emailAddress(), fc.domain());

  test('whatever MAIL, RCPT, HELO and macros say, intake takes it, for as many recipients', () => {
    const property = fc.property(
      fc.array(text, { minLength: 1 }),
      text,
      text,
      fc.option(text, { nil: undefined }),
      (rcptTo, mailFrom, helo, user) => {
        const transaction = { rcptTo, mailFrom, ...(user === undefined ? {} : { user }) };
        const client = { helo, name: helo, address: helo, mta: mailFrom };
        const facts = toEnvelope(client, transaction, () => 'inbound');
        const submission = toSubmission({ ...mail, ...facts }, 0);
        expect(submission.envelope.rcptTo.length).toBeGreaterThan(0);
        expect(submission.envelope.rcptTo.every((address) => /^\S+@[\w.-]+$/.test(address))).toBe(true);
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });

  test.each([
    ['<ana@acme.example>', 'ana@acme.example'],
    ['<ANA@Bücher.example>', 'ana@xn--bcher-kva.example'],
    ['<"an a"@acme.example>', '_an_a_@acme.example'],
    ['<postmaster>', 'postmaster@mx.acme.example'],
    ['<ana@[IPv6:2001:db8::1]>', 'ana@2001-db8--1'],
    ['<a@b@acme.example>', 'a@b@acme.example'],
    ['<ana@1.2.3.999>', 'ana@invalid'],
  ])('the recipient %s is judged as %s', (written, mailbox) => {
    const facts = toEnvelope({ mta: 'mx.acme.example' }, { rcptTo: [written] }, () => 'inbound');
    expect(toSubmission({ ...mail, ...facts }, 0).envelope.rcptTo).toEqual([mailbox]);
  });

  test('the trace is read as the MTA’s own would be', () => {
    const client = { name: 'mail.partner.example', address: '203.0.113.9', helo: 'mx1', mta: 'mx.acme.example' };
    const header = traceHeader(
      { ...client, tlsVersion: 'TLSv1.3' },
      { rcptTo: [], queueId: '4XyZ' },
      1_795_600_000_000,
    );
    expect(readReceived(header.slice('Received:'.length).trim())).toEqual({
      fromHost: 'mx1',
      fromReverse: 'mail.partner.example',
      fromIp: '203.0.113.9',
      byHost: 'mx.acme.example',
      protocol: 'ESMTPS',
      at: 1_795_600_000_000,
    });
  });

  test('a client cannot write a trace of its own', () => {
    fc.assert(
      fc.property(text, text, (helo, name) => {
        const header = traceHeader({ helo, name, address: '203.0.113.9' }, { rcptTo: [] }, 0);
        expect(header.split('\r\n')).toHaveLength(3);
        expect(readReceived(header.slice('Received:'.length).trim()).fromIp).toBe('203.0.113.9');
      }),
    );
  });

  test.each([
    ['a stranger', { rcptTo: ['ana@acme.example'], clientIp: '203.0.113.9' }, 'inbound'],
    ['a stranger who relays', { rcptTo: ['x@else.example'], clientIp: '203.0.113.9' }, 'inbound'],
    ['a user to colleagues', { rcptTo: ['ana@acme.example', 'bob@eu.acme.example'], user: 'cem' }, 'internal'],
    [
      'a user to one colleague and one outside',
      { rcptTo: ['ana@acme.example', 'x@else.example'], user: 'cem' },
      'outbound',
    ],
    ['an own network', { rcptTo: ['x@else.example'], clientIp: '192.0.2.1' }, 'outbound'],
    ['an own network to nobody', { rcptTo: [], clientIp: '192.0.2.1' }, 'outbound'],
  ] as const)('direction: %s', (_who, facts, direction) => {
    const organisation = { ownDomains: ['acme.example'], authservIds: [] };
    expect(directionsIn(organisation, (ip) => ip === '192.0.2.1')(facts)).toBe(direction);
  });
});

describe('fields', () => {
  test('a reason is one short line of printable ASCII without encoded words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
        const line = plainLine(text);
        expect(line).toMatch(/^[\x20-\x7e]{0,200}$/);
        expect(line).not.toContain('=?');
      }),
    );
  });

  test.each([
    ['X-Tidemark-Action', ' x', true],
    ['x-tidemark-whatever', '', true],
    ['X-Tidemark', ' x', false],
    ['Authentication-Results', ' mx.acme.example; spf=pass', true],
    ['Authentication-Results', ' MX.acme.example 1;\n\tspf=pass', true],
    ['Authentication-Results', '\n (c(d)) "mx.acme.example"; spf=pass', true],
    ['AUTHENTICATION-RESULTS', ' "mx\\.acme.example"; spf=pass', true],
    ['Authentication-Results', ' mx.acme.example.evil.example; spf=pass', false],
    ['Authentication-Results', ' other.example; spf=pass (mx.acme.example)', false],
    ['Authentication-Results', ' (((((((', false],
    ['ARC-Authentication-Results', ' i=1; mx.acme.example; spf=pass', false],
  ])('%s:%j bears our name: %s', (name, value, expected) => {
    expect(isForged(name, value, 'mx.acme.example')).toBe(expected);
  });

  test('results name only what is a name', () => {
    const claim = { authservId: 'x', spf: 'pass', spfDomain: 'a;b\r\nX: 1', dkim: [], dmarcDomain: 'a' } as const;
    expect(resultsField('mx', claim).value).toBe(' mx;\r\n\tspf=pass;\r\n\tdkim=none');
  });
});

describe('header changes', () => {
  const header = fc.record({
    name: fc.constantFrom('A', 'a', 'B', 'Content-Type'),
    value: fc.constantFrom(' 1', ' 2', ' 3', ' 4'),
  });

  test.each([true, false])('an MTA that counts removed headers (%s) ends with what is wanted', (countsRemoved) => {
    fc.assert(
      fc.property(fc.array(header), fc.array(header), (before, after) => {
        const result = applied(before, headerChanges(before, after), countsRemoved);
        expect(grouped(result)).toEqual(grouped(after));
      }),
    );
  });

  test('what was only taken out leaves the others as they were written', () => {
    const before = [' 1', ' 2', ' 3'].map((value) => ({ name: 'A', value }));
    expect(headerChanges(before, [{ name: 'A', value: ' 3' }])).toEqual([
      { kind: 'remove-header', name: 'A', occurrence: 2 },
      { kind: 'remove-header', name: 'A', occurrence: 1 },
    ]);
  });

  /** As an MTA does it. */
  function applied(before: readonly MailHeader[], changes: readonly Change[], countsRemoved: boolean): MailHeader[] {
    const slots: (MailHeader & { isRemoved?: boolean })[] = before.map((one) => ({ ...one }));
    const nth = (name: string, occurrence: number) => {
      const same = slots.filter(
        (one) => one.name.toLowerCase() === name.toLowerCase() && (countsRemoved || !one.isRemoved),
      );
      const found = same[occurrence - 1];
      if (found === undefined) throw new Error(`there is no ${name} ${occurrence}`);
      return found;
    };
    for (const change of changes) {
      if (change.kind === 'remove-header') nth(change.name, change.occurrence).isRemoved = true;
      if (change.kind === 'change-header')
        Object.assign(nth(change.header.name, change.occurrence), { value: change.header.value });
      if (change.kind === 'add-header') slots.push({ ...change.header });
    }
    return slots.filter((one) => !one.isRemoved);
  }
  const grouped = (headers: readonly MailHeader[]) =>
    Object.fromEntries(
      [...Map.groupBy(headers, ({ name }) => name.toLowerCase())]
        .map(([name, group]) => [name, group.map(({ value }) => value)] as const)
        .sort(),
    );
});

test('more forged headers than are taken out one by one: nobody’s honest mail, a temporary failure whatever the verdict', () => {
  const forged = createForgedHeaders();
  for (let i = 0; i < 1000; i++) forged.see('X-Tidemark-Score', ' 0', undefined);
  expect(forged.removals()[0]).toEqual({ kind: 'remove-header', name: 'X-Tidemark-Score', occurrence: 1000 });
  expect(forged.isTooMany).toBe(false);
  forged.see('x-tidemark-action', ' deliver', undefined);
  const { agreement } = negotiate({ kind: 'negotiate', version: 6, actions: 0x1ff, steps: 0x1fffff }, false);
  const request = { tenant: 'default', raw: Buffer.alloc(0), mailboxes: [], learn: 'auto' } as const;
  const problems: string[] = [];
  const answer = answerTo(
    { kind: 'failed', why: 'scoring failed' },
    {
      raw: request.raw,
      headerBytes: 0,
      hasTrace: false,
      said: { recipients: [], hasAllRecipients: true },
      forged,
      request,
    },
    { onFailure: 'accept', agreement, kept: 'off', heldPaths: [], onProblem: (problem) => problems.push(problem) },
  );
  expect(answer).toEqual({ kind: 'tempfail', word: 'tempfail' });
  expect(problems).toEqual(['forged-headers']);
});

test.each([
  ['accept', undefined, 'unscored'],
  ['accept', true, 'tempfail'],
  ['tempfail', undefined, 'tempfail'],
] as const)('not scored, ON_FAILURE=%s, judged dangerous before it failed: %s → %s', (onFailure, isDangerous, word) => {
  const { agreement } = negotiate({ kind: 'negotiate', version: 6, actions: 0x1ff, steps: 0x1fffff }, false);
  const request = { tenant: 'default', raw: Buffer.alloc(0), mailboxes: [], learn: 'auto' } as const;
  const said = { recipients: [], hasAllRecipients: true };
  const answer = answerTo(
    { kind: 'failed', why: 'scoring failed', ...(isDangerous === undefined ? {} : { isDangerous }) },
    { raw: request.raw, headerBytes: 0, hasTrace: false, said, forged: createForgedHeaders(), request },
    { onFailure, agreement, kept: 'off', heldPaths: [], onProblem: () => undefined },
  );
  expect(answer.word).toBe(word);
});

test('headers are split at lines that do not go on', () => {
  expect(splitHeaders(Buffer.from('A: 1\r\n\tmore\r\nno header\r\nB:2\r\n'))).toEqual([
    { name: 'A', value: ' 1\r\n\tmore' },
    { name: 'B', value: '2' },
  ]);
});

test('a replaced body goes out in chunks that MTAs take, an empty one as one empty chunk', () => {
  const offer = { kind: 'negotiate', version: 6, actions: 0x1ff, steps: 0x1fffff } as const;
  const { agreement } = negotiate(offer, false);
  const sizes = (body: Buffer) => {
    const wire = changesThenContinue([{ kind: 'replace-body', body }], agreement);
    return [...createFrameReader(1e6).read(wire)].map(({ command, data }) => `${command}${data.length}`);
  };
  expect(sizes(Buffer.alloc(0))).toEqual(['b0', 'c0']);
  expect(sizes(Buffer.alloc(65_535))).toEqual(['b65535', 'c0']);
  expect(sizes(Buffer.alloc(131_071))).toEqual(['b65535', 'b65535', 'b1', 'c0']);
});

test('no more is asked for than is offered', () => {
  fc.assert(
    fc.property(fc.nat(0x7fffffff), fc.nat(0x7fffffff), fc.integer({ min: 2, max: 99 }), (actions, steps, version) => {
      const { answer } = negotiate({ kind: 'negotiate', version, actions, steps }, false);
      const asked = [5, 9, 13].map((at) => answer.readUInt32BE(at));
      expect(asked[0]).toBe(Math.min(6, version));
      expect((asked[1] ?? 0) & ~actions).toBe(0);
      expect((asked[2] ?? 0) & ~steps).toBe(0);
    }),
  );
});

test('places are given in the order of asking, and a place given back twice is one', async () => {
  const slots = createSlots(1);
  const order: number[] = [];
  const first = await slots.take();
  const waiting = [1, 2].map(async (number) => {
    const release = await slots.take();
    order.push(number);
    return release;
  });
  first();
  first();
  (await waiting[0])?.();
  (await waiting[1])?.();
  expect(order).toEqual([1, 2]);
  (await slots.take())();
});

test.each([
  ['<ana@acme.example>', true],
  ['ANA@Acme.example', true],
  ["<o'hara+x@acme.example>", true],
  ['<@relay.example:ana@acme.example>', false],
  ['<Ana <ana@acme.example>>', false],
  ['<ana@acme.example;>', false],
  ['<"ana"@acme.example>', false],
  ['<ana\ufffd@acme.example>', false],
  ['<ana@[192.0.2.1]>', false],
  ['<ana>', false],
] as const)(
  'a message is held for one and goes to others only where the MTA knows whom to take off: %s',
  (path, isSplit) => {
    const offer = { kind: 'negotiate', version: 6, actions: 0x1ff, steps: 0x1fffff } as const;
    const [first] = aVerdict().mailboxes;
    if (first === undefined) throw new Error('no mailbox');
    const verdict = aVerdict({ mailboxes: [first, { ...first, mailbox: 'bob@acme.example', action: 'deliver' }] });
    const recipients = [
      { path, mailbox: first.mailbox },
      { path: '<Bob <bob@acme.example>>', mailbox: 'bob@acme.example' },
    ];
    const request = {
      tenant: 'default',
      raw: Buffer.alloc(0),
      mailboxes: [],
      learn: 'auto',
      direction: 'inbound',
    } as const;
    const shares = sharesOf(
      verdict,
      { said: { recipients, hasAllRecipients: true }, request },
      negotiate(offer, true).agreement,
    );
    expect(shares?.heldPaths).toEqual(isSplit ? [path] : undefined);
  },
);
