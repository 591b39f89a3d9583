/** The program, command by command, in one file: all blocks run it on the same fakes of the service behind it. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runCli } from '../../src/cli/program.ts';
import type { Cli } from '../../src/cli/session.ts';
import { ExportError, type HistoryProgress, type HistoryRequest } from '../../src/domain/history.ts';
import type { ApiKey, KeyStore } from '../../src/domain/ports.ts';
import { type RescoreEnd, RescoreError, type RescoreErrorCode, type RescoreRequest } from '../../src/domain/rescore.ts';
import { IntakeError, type IntakeRequest, type Service } from '../../src/domain/service.ts';
import type { TrialReport, TrialRequest } from '../../src/domain/trial.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { indicatorOf } from '../../src/hunt/indicator.ts';
import { huntVerdicts } from '../../src/hunt/inVerdicts.ts';

const verdict = (action: Verdict['action'], subject = 'Hello'): Verdict => ({
  id: 'v1',
  tenant: 'default',
  messageId: 'm@b.example',
  subject,
  receivedAt: 0,
  action,
  score: action === 'deliver' ? 0.01 : 0.95,
  mailboxes: [
    {
      mailbox: 'ana@acme.example',
      action,
      score: 0.5,
      gate: 'known',
      falseAlarmShare: 0.001,
      expectedCosts: { deliver: 2, banner: 1.5, strip: 1, hold: 0.5 },
      maturity: { stage: 'steady', messageCount: 300, ageDays: 90 },
    },
  ],
  findings: [],
  contributions: [{ source: 'prior', logOdds: -4, sentence: subject }],
  certain: [],
  proposed: action,
  enacted: action,
  reason: 'Because.',
  coverage: { ranCount: 40, skippedCount: 2, failedCount: 0, missing: [] },
  defects: [],
  modelVersion: 'test',
  timings: { parse: 0, traits: 0, recall: 0, detect: 0, score: 0, total: 0 },
  isLearned: false,
});

const NOTHING: HistoryProgress = {
  phase: 'look',
  foundCount: 0,
  readCount: 0,
  learnedCount: 0,
  knownCount: 0,
  resumedCount: 0,
  skippedCounts: {},
};

/** A command line over a service that answers what the raw text of a message says: 'hold', 'strip' or 'deliver'. */
function terminal(more: Partial<Cli> = {}) {
  const output = { out: '', err: '' };
  const asked: IntakeRequest[] = [];
  const stored: { key: ApiKey; hash: string }[] = [];
  const service = {
    score: async (request: IntakeRequest) => {
      asked.push(request);
      if (request.mailboxes.includes('refused')) throw new IntakeError('invalid-address', 'mailbox', 'no');
      return verdict(request.raw.toString().trim() as Verdict['action'], 'red \u001b[31m text');
    },
    scoreAndStrip: async (request: IntakeRequest) => {
      const action = request.raw.toString().trim();
      if (action === 'signed') {
        const stripped = { isRewritten: false, refusal: 'signed', detail: 'all of it' };
        return { verdict: verdict('strip'), stripped };
      }
      if (action !== 'strip') return { verdict: verdict(action as Verdict['action']) };
      const changes = [{ kind: 'link' }, { kind: 'link' }, { kind: 'banner' }];
      return { verdict: verdict('strip'), stripped: { isRewritten: true, bytes: Buffer.from('less'), changes } };
    },
    observe: async (request: IntakeRequest) => {
      asked.push(request);
      return { messageId: 'm', mailboxes: request.mailboxes, isNew: asked.length === 1 };
    },
  } as unknown as Service;
  const keys = {
    add: async (key: ApiKey, hash: string) => void stored.push({ key, hash }),
    list: async () => stored.map(({ key }) => key),
    remove: async (id: string) => id === 'k1',
  } as unknown as KeyStore;
  const cli: Cli = {
    version: '0.1.0',
    out: (text) => {
      output.out += text;
    },
    err: (text) => {
      output.err += text;
    },
    readStdin: async () => Buffer.from('strip'),
    open: async () => ({ service, keys, close: async () => {} }),
    schema: async () => ({ place: 'db.example:5432/acme', version: 1, names: ['001-a.sql', '002-b.sql'] }),
    openDemo: async () => ({ service, keys, close: async () => {} }),
    demoCases: async () => [],
    learnExports: async () => ({ ...NOTHING, phase: 'learn' }),
    interruption: () => new AbortController().signal,
    isTerminal: false,
    now: () => 0,
    newKey: () => ({ secret: 'tmk_secret', id: 'k1', hash: 'hashed' }),
    serve: async () => {},
    work: async () => {},
    tryExports: async () => {
      throw new Error('not asked for');
    },
    rescoreExports: async () => {
      throw new Error('not asked for');
    },
    rescoreMailboxes: async () => {
      throw new Error('not asked for');
    },
    serveRescore: async () => {},
    coreCount: 2,
    compareRuns: async () => {
      throw new Error('not asked for');
    },
    indicatorOf,
    huntExports: async () => ({ readCount: 0, skippedCounts: {} }),
    huntVerdicts,
    bench: async () => 3,
    ...more,
  };
  return { output, asked, stored, run: (...words: string[]) => runCli(words, cli) };
}

const dir = mkdtempSync(join(tmpdir(), 'tidemark-cli-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

describe('score', () => {
  test.each([
    ['deliver', 0],
    ['strip', 10],
    ['hold', 20],
  ])('%s is exit status %d', async (action, status) => {
    expect(await terminal().run('score', file(action, action))).toBe(status);
  });
  test('several files: the most severe', async () => {
    expect(await terminal().run('score', file('h', 'hold'), file('d', 'deliver'))).toBe(20);
  });
  test('- is standard input', async () => {
    expect(await terminal().run('score', '-')).toBe(10);
  });
  test('--json prints one document a line', async () => {
    const { run, output } = terminal();
    await run('score', '--json', file('d', 'deliver'), '-');
    const lines = output.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.action)).toEqual(['deliver', 'strip']);
    expect(lines[0].receivedAt).toBe('1970-01-01T00:00:00.000Z');
  });
  test('--stripped writes what is left of the message', async () => {
    const { run, output } = terminal();
    const target = join(dir, 'less.eml');
    expect(await run('score', '--stripped', target, '-')).toBe(10);
    expect(readFileSync(target, 'utf8')).toBe('less');
    expect(output.err).toBe(`tidemark: ${target} written: 2 links locked, 0 files removed\n`);
  });
  test.each([
    ['deliver', 0, 'the verdict is not strip'],
    ['signed', 10, 'signed, all of it'],
  ])('--stripped writes nothing: %s', async (text, status, why) => {
    const { run, output } = terminal();
    const target = join(dir, `${text}.eml`);
    expect(await run('score', '--stripped', target, file(text, text))).toBe(status);
    expect(existsSync(target)).toBe(false);
    expect(output.err).toBe(`tidemark: ${target} not written: ${why}\n`);
  });
  test.each([
    ['two messages', (name: string) => ['--stripped', join(dir, 'x.eml'), name, name], 'takes one message'],
    ['a place that is none', (name: string) => ['--stripped', join(dir, 'no', 'x.eml'), name], 'cannot write'],
  ])('--stripped with %s is a usage error', async (_name, words, said) => {
    const { run, output } = terminal();
    expect(await run('score', ...words(file('strip', 'strip')))).toBe(64);
    expect(output.err).toContain(said);
  });
  test('no control character of a mail reaches the terminal', async () => {
    const { run, output } = terminal();
    await run('score', file('d', 'deliver'));
    expect(output.out).toContain('red ?[31m text');
    expect(output.out).not.toContain('\u001b');
  });
  test('the envelope options arrive as the request', async () => {
    const { run, asked } = terminal();
    const words = [
      '-m',
      'a@x.example',
      '-m',
      'b@x.example',
      '--mail-from',
      '<>',
      '--client-ip',
      '192.0.2.1',
      '--no-learn',
    ];
    await run('score', '-', ...words, '--received-at', '2026-01-02T03:04:05Z', '--direction', 'internal');
    expect(asked[0]).toMatchObject({
      mailboxes: ['a@x.example', 'b@x.example'],
      mailFrom: '<>',
      clientIp: '192.0.2.1',
      learn: 'never',
      receivedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
      direction: 'internal',
      tenant: 'default',
    });
  });
  test.each<[string, string[], number, string]>([
    ['a file that is not there', ['score', join(dir, 'absent')], 64, 'cannot read'],
    ['no file', ['score'], 64, 'missing required argument'],
    ['an unknown option', ['score', '-', '--loud'], 64, 'unknown option'],
    ['a direction that is none', ['score', '-', '--direction', 'up'], 64, '--direction'],
    ['a time that is none', ['score', '-', '--received-at', 'noon'], 64, '--received-at'],
    ...['5', '2026', '2026-01-02', '2026-01-02T03:04:05', '2 Jan 2026 03:04:05 +0000', '2026-02-30T00:00:00Z', ''].map(
      (time): [string, string[], number, string] => [
        `the time '${time}'`,
        ['score', '-', '--received-at', time],
        64,
        'is not an RFC 3339 time',
      ],
    ),
    ['a file that is empty', ['score', file('empty', '')], 65, 'is empty: there is no message in it'],
    ['an address that is none', ['score', '-', '-m', 'refused'], 65, 'mailbox: no (invalid-address)'],
    ['an unknown command', ['fetch'], 64, 'unknown command'],
  ])('%s', async (_name, words, status, message) => {
    const { run, output } = terminal();
    expect(await run(...words)).toBe(status);
    expect(output.err).toContain(message);
  });
});

describe('learn', () => {
  const DONE: HistoryProgress = {
    ...NOTHING,
    phase: 'learn',
    foundCount: 1234,
    readCount: 1234,
    learnedCount: 1200,
    knownCount: 30,
    skippedCounts: { 'no-sender': 3, junk: 1 },
  };

  test('hands exports and envelope on, and says what was learned', async () => {
    const asked: [readonly string[], HistoryRequest][] = [];
    const { run, output } = terminal({
      learnExports: async (exports, request) => {
        asked.push([exports, request]);
        return DONE;
      },
    });
    expect(await run('learn', 'a.mbox', '-', '-m', 'ana@acme.example', '--direction', 'outbound')).toBe(0);
    expect(asked).toEqual([
      [['a.mbox', '-'], { tenant: 'default', mailboxes: ['ana@acme.example'], direction: 'outbound' }],
    ]);
    expect(output.out).toBe('read 1,234 messages: 1,200 learned, 30 known before, 4 skipped (no-sender 3, junk 1)\n');
  });

  test('--json prints one document a message, and the end elsewhere', async () => {
    const { run, output } = terminal({
      learnExports: async (_exports, _request, watcher) => {
        const taught = { messageId: 'm', mailboxes: ['ana@acme.example'], isNew: true };
        watcher?.outcome?.({ file: 'a.mbox', index: 0, result: taught });
        watcher?.outcome?.({ file: 'b.eml', result: { skipped: 'no-sender' } });
        return DONE;
      },
    });
    await run('learn', 'a.mbox', '--json');
    expect(output.out).toBe(
      '{"file":"a.mbox","index":0,"messageId":"m","mailboxes":["ana@acme.example"],"isNew":true}\n{"file":"b.eml","skipped":"no-sender"}\n',
    );
    expect(output.err).toContain('1,200 learned');
  });

  /** Seconds at which progress is told, while 100 messages a second are learned. */
  const told = async (isTerminal: boolean, seconds: readonly number[]) => {
    let ms = 0;
    const { run, output } = terminal({
      isTerminal,
      now: () => ms,
      learnExports: async (_exports, _request, watcher) => {
        for (const second of seconds) {
          ms = second * 1000;
          const learnedCount = second * 100;
          watcher?.progress?.({
            ...DONE,
            readCount: learnedCount,
            learnedCount,
            knownCount: 0,
            skippedCounts: {},
            foundCount: 4000,
          });
        }
        return DONE;
      },
    });
    await run('learn', 'a.mbox');
    return output.err;
  };

  test('a line every ten seconds without a terminal', async () => {
    expect((await told(false, [0, 1, 5, 10, 15, 20, 29])).split('\n')).toEqual([
      '1,000 of 4,000 messages, 100/s, 30 s left: 1,000 learned, 0 known, 0 skipped',
      '2,000 of 4,000 messages, 100/s, 20 s left: 2,000 learned, 0 known, 0 skipped',
      '',
    ]);
  });

  test('a bar on a terminal, which is gone at the end', async () => {
    const shown = await told(true, [0, 20]);
    expect(shown).toContain('[============            ] 2,000 of 4,000 messages, 100/s');
    expect(shown.endsWith('\r\u001b[K')).toBe(true);
  });

  test('interrupted: says so, and the status that shells expect', async () => {
    const { run, output } = terminal({ interruption: () => AbortSignal.abort(), learnExports: async () => DONE });
    expect(await run('learn', 'a.mbox')).toBe(130);
    expect(output.out).toContain('interrupted; the same command goes on from here');
  });

  test('no mailbox for any message is a refusal that says what to do', async () => {
    const { run, output } = terminal({
      learnExports: async () => ({ ...NOTHING, readCount: 2, skippedCounts: { 'no-mailbox': 2 } }),
    });
    expect(await run('learn', 'a.mbox')).toBe(65);
    expect(output.out).toContain('give it by --mailbox ADDRESS');
  });

  test.each([
    ['unreadable-export', 64],
    ['empty-export', 65],
    ['not-an-export', 65],
  ] as const)('%s is exit status %d', async (code, status) => {
    const { run, output } = terminal({
      learnExports: async () => {
        throw new ExportError(code, 'x.pst is no mail');
      },
    });
    expect(await run('learn', 'x.pst')).toBe(status);
    expect(output.err).toBe(`tidemark: x.pst is no mail (${code})\n`);
  });
});

test.each([
  ['score', '-'],
  ['learn', 'a.mbox'],
  ['rescore', 'a.mbox'],
  ['hunt', '-i', 'x.example'],
  ['release', 'v1'],
  ['keys', 'add', '--role', 'score'],
])('%s takes no tenant that a key could not have', async (...words) => {
  for (const tenant of ['A B', 'acme/x', '', '..', 'a'.repeat(64)]) {
    const { run, output, asked, stored } = terminal();
    expect(await run(...words, '--tenant', tenant)).toBe(64);
    expect(output.err).toContain(`--tenant: '${tenant}' must be`);
    expect([asked, stored]).toEqual([[], []]);
  }
});

describe('keys', () => {
  test('add prints the secret once and stores only its hash', async () => {
    const { run, output, stored } = terminal();
    expect(await run('keys', 'add', '--role', 'score', '--tenant', 'acme')).toBe(0);
    expect(output.out).toBe('tmk_secret\n');
    expect(stored).toEqual([
      { key: { id: 'k1', tenant: 'acme', role: 'score', createdAt: expect.any(Number) }, hash: 'hashed' },
    ]);
  });
  test.each([
    [['keys', 'add', '--role', 'root'], '--role'],
    [['keys', 'add', '--role', 'score', '--tenant', 'A B'], '--tenant'],
    [['keys', 'remove', 'k9'], 'no key k9'],
  ])('%j is refused', async (words, message) => {
    const { run, output } = terminal();
    expect(await run(...words)).toBe(64);
    expect(output.err).toContain(message);
  });
  test('list shows no secret', async () => {
    const { run, output } = terminal();
    await run('keys', 'add', '--role', 'review');
    output.out = '';
    await run('keys', 'list');
    expect(output.out).toMatch(/^k1 {2}review {2}default {2}\d{4}-/);
  });
});

describe('eval', () => {
  const share = (value: number) => ({ value, low: value / 2, high: (1 + value) / 2, count: 40, clusterCount: 10 });
  const report: TrialReport = {
    modelVersion: 'test',
    seed: 7,
    foundCount: 1234,
    skippedCounts: { junk: 3 },
    repeatedCount: 2,
    mailboxes: [{ mailbox: 'ana@acme.example', receivedCount: 900 }],
    held: share(0.025),
    stripped: share(0),
    warned: share(0.05),
    stopped: [
      {
        at: Date.UTC(2026, 10, 24),
        mailbox: 'ana@acme.example',
        from: 'eve@x.example',
        subject: 'red \u001b[31m text',
        action: 'hold',
        probability: 0.973,
        reason: 'It looks like another.',
      },
    ],
    classes: [{ kind: 'look-alike', caught: share(0.95), held: share(0.5), warned: share(0.025) }],
    control: { kind: 'canary', caught: share(0), held: share(0), warned: share(0) },
    learning: [
      { fromCount: 3, toCount: 3, caught: share(0.5) },
      { fromCount: 64, caught: share(0.9) },
    ],
    goodFromCount: 64,
    authenticatedCount: 40,
    borders: [{ authservId: 'mx.acme.example', messageCount: 40 }],
  };
  const evaluating = (more: Partial<TrialReport> = {}) => {
    const asked: TrialRequest[] = [];
    const tryExports: Cli['tryExports'] = async (_exports, request) => {
      asked.push(request);
      return { ...report, ...more };
    };
    return { ...terminal({ tryExports }), asked };
  };

  test('shows what is caught, what of the own mail is stopped, and when it gets good', async () => {
    const { run, output } = evaluating();
    expect(await run('eval', 'a.mbox')).toBe(0);
    expect(output.out).toContain('1,234 messages found: 2 repeated, 3 skipped (junk 3)');
    expect(output.out).toMatch(/look-alike +40 +95\.0 \(47\.5–97\.5\) +50\.0 +2\.5$/m);
    expect(output.out).toContain('1 of 40 would have been held (per 1,000: 25.0 (12.5–512.5))');
    expect(output.out).toMatch(/2026-11-24 {2}hold {3}97\.3 % {2}eve@x\.example {2}“red \?\[31m text”/);
    expect(output.out).toContain('90 % and more are caught from 64 mails of a sender on.');
    expect(output.out).not.toContain('AUTHSERV_ID');
  });

  test.each([
    ['whose word could be believed', { authenticatedCount: 0 }, 'On top stand those of mx.acme.example (40)'],
    ['that there is nobody’s word', { authenticatedCount: 0, borders: [] }, 'the others have none'],
    ['that there is no mailbox', { mailboxes: [] }, 'no mailbox: give it by --mailbox ADDRESS'],
    ['that there is too little mail', { classes: [] }, 'Too little mail to put attacks into'],
  ])('says %s', async (_what, more, expected) => {
    const { run, output } = evaluating(more);
    await run('eval', 'a.mbox');
    expect(output.out).toContain(expected);
  });

  test('--json is one document; --mailbox and --seed are asked for', async () => {
    const { run, output, asked } = evaluating();
    await run('eval', 'a.mbox', '--json', '-m', 'ana@acme.example', '--seed', '7');
    expect(JSON.parse(output.out)).toMatchObject({ seed: 7, stopped: [{ at: '2026-11-24T00:00:00.000Z' }] });
    expect(asked).toEqual([{ mailboxes: ['ana@acme.example'], seed: 7 }]);
  });

  test('exit status: 65 without a mailbox, 64 for a seed that is no number, 130 when interrupted', async () => {
    expect(await evaluating({ mailboxes: [] }).run('eval', 'a.mbox')).toBe(65);
    expect(await evaluating().run('eval', 'a.mbox', '--seed', 'x')).toBe(64);
    const { run, output } = terminal({ tryExports: async () => report, interruption: () => AbortSignal.abort() });
    expect(await run('eval', 'a.mbox')).toBe(130);
    expect(output.err).toContain('interrupted');
  });
});

test('bench passes its words on and answers with its status', async () => {
  let words: readonly string[] = [];
  const { run } = terminal({
    bench: async (args) => {
      words = args;
      return 3;
    },
  });
  expect(await run('bench', '--corpus', 'x')).toBe(3);
  expect(words).toEqual(['--corpus', 'x']);
});

test('--version and --help are no errors', async () => {
  expect(await terminal().run('--version')).toBe(0);
  expect(await terminal().run('--help')).toBe(0);
});

describe('rescore', () => {
  const END: RescoreEnd = {
    phase: 'score',
    foundCount: 4,
    readCount: 4,
    resumedCount: 0,
    actions: { deliver: 1, strip: 0, hold: 1 },
    sentCount: 1,
    repeatCount: 0,
    datesDisagreeCount: 0,
    skippedCounts: {},
    damaged: [],
    isComplete: true,
    wasComplete: false,
    modelVersion: 'test',
  };
  const rescoring = (end: Partial<RescoreEnd>, more: Partial<Cli> = {}) => {
    const requests: RescoreRequest[] = [];
    const shown = terminal({
      rescoreExports: async (_exports, request, watcher) => {
        requests.push(request);
        watcher?.row?.({ file: 'a', outcome: 'sent', arrivedAt: '2026-11-24T00:00:00.000Z' });
        return { ...END, ...end };
      },
      ...more,
    });
    return { ...shown, requests };
  };

  test.each<[string, Partial<RescoreEnd>, number]>([
    ['all done', {}, 0],
    ['done with damaged messages', { skippedCounts: { corrupt: 1 } }, 3],
    ['drafts are no damage', { skippedCounts: { draft: 3, 'not-a-message': 1 } }, 0],
    ['interrupted', { isComplete: false }, 130],
    [
      'nobody’s mail',
      { actions: { deliver: 0, strip: 0, hold: 0 }, sentCount: 0, skippedCounts: { 'no-mailbox': 4 } },
      65,
    ],
  ])('%s', async (_what, end, status) => {
    expect(await rescoring(end).run('rescore', 'a.mbox')).toBe(status);
  });

  test.each<[RescoreErrorCode, number]>([
    ['folder-in-use', 75],
    ['folder-taken', 73],
    ['exports-changed', 65],
    ['cannot-write', 74],
  ])('failed: %s', async (code, status) => {
    const rescoreExports = async () => {
      throw new RescoreError(code, 'because');
    };
    const { run, output } = rescoring({}, { rescoreExports });
    expect(await run('rescore', 'a.mbox')).toBe(status);
    expect(output.err).toBe(`tidemark: because (${code})\n`);
  });

  test('rows go to standard output and the summary beside; with --out the summary', async () => {
    const { run, output } = rescoring({});
    await run('rescore', 'a.mbox');
    expect(JSON.parse(output.out)).toMatchObject({ outcome: 'sent' });
    expect(output.err).toContain('4 messages found: 1 deliver, 0 strip, 1 hold');
    const other = rescoring({ damaged: [{ file: 'a\u001b', index: 1, offset: 9, reason: 'corrupt' }] });
    await other.run('rescore', '--out', 'dir', 'a.mbox');
    expect(other.output.out).toContain('a? message 1 at byte 9: corrupt');
  });

  test.each([
    [['--learn', '--against', 'live']],
    [['--against', 'never']],
    [['--compare', 'old.jsonl']],
    [['--out', '']],
  ])('%j is refused', async (words) => {
    expect(await rescoring({}).run('rescore', ...words, 'a.mbox')).toBe(64);
  });

  test.each<[readonly string[], RescoreRequest['mode']]>([
    [[], 'then'],
    [['--against', 'live'], 'live'],
    [['--learn'], 'learn'],
  ])('%j', async (words, mode) => {
    const { run, requests } = rescoring({});
    await run('rescore', ...words, '-m', 'ana@acme.example', 'a.mbox');
    expect(requests).toEqual([{ mailboxes: ['ana@acme.example'], tenant: 'default', mode }]);
  });

  test('--compare says what changed, and why', async () => {
    const row = {
      file: 'a',
      outcome: 'scored' as const,
      arrivedAt: '',
      from: 'x@y.example',
      subject: 'Pay',
      score: 0.9,
      action: 'hold' as const,
    };
    const compareRuns = async () => ({
      counts: { 'newly-stopped': 1, 'newly-released': 0, 'other-action': 0 },
      onlyInOldCount: 0,
      onlyInNewCount: 0,
      shown: [
        {
          kind: 'newly-stopped' as const,
          before: { action: 'deliver' as const, score: 0.01 },
          now: { ...row, reasons: [{ source: 's', logOdds: 3, sentence: 'It asks for money' }] },
        },
      ],
      path: 'dir/changes.jsonl',
    });
    const { run, output } = rescoring({}, { compareRuns });
    await run('rescore', '--out', 'dir', '--compare', 'old.jsonl', 'a.mbox');
    expect(output.out).toContain('1 newly stopped, 0 newly released');
    expect(output.out).toContain('newly-stopped  deliver 1.0 % → hold 90.0 %  x@y.example “Pay”: It asks for money');
  });
});

describe('hunt', () => {
  test('in exports: 0 when something is found, 1 when not', async () => {
    const hit = {
      where: 'link',
      quote: 'https://x.example/\u001b',
      at: 0,
      messageId: 'm',
      subject: 'S',
      file: 'a.mbox',
      index: 2,
    };
    const { run, output } = terminal({
      huntExports: async (_exports, [indicator], heard) => {
        if (indicator?.kind === 'domain') heard({ indicator, ...hit });
        return { readCount: 3, skippedCounts: { empty: 1 } };
      },
    });
    expect(await run('hunt', '-i', 'x.example', 'a.mbox')).toBe(0);
    expect(output.out).toBe(
      '1970-01-01T00:00:00.000Z  a.mbox message 2  link “https://x.example/?”  from , subject “S”\n',
    );
    expect(output.err).toContain('3 messages looked at, 1 skipped (empty 1): 1 hits');
    expect(await run('hunt', '-i', 'subject~nothing', 'a.mbox')).toBe(1);
  });

  test.each([[[]], [['-i', 'nonsense']]])('%j: nothing to look for', async (words) => {
    expect(await terminal().run('hunt', ...words, 'a.mbox')).toBe(64);
  });
});
