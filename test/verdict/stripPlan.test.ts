import { describe, expect, test } from '@jest/globals';
import { runDetectors } from '../../src/detectors/index.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { AttackType, Contribution } from '../../src/domain/verdict.ts';
import { stripPlan } from '../../src/verdict/stripPlan.ts';
import { attachment, baseline, link, message, sender, withLinks } from '../messages.ts';

const finding = (detector: string, more: Partial<Finding> = {}): Finding => ({
  detector,
  family: 'link',
  outcome: 'fired',
  strength: 1,
  evidence: [{ where: 'link', quote: 'x' }],
  ...more,
});
const judged = (
  findings: readonly Finding[],
  attackType?: AttackType,
  contributions: readonly Contribution[] = [],
) => ({
  findings,
  contributions,
  ...(attackType === undefined ? {} : { attackType }),
});

const HASH = 'ab'.repeat(32);
const FILE = { where: 'attachment', quote: 'run.exe (runs)' };

describe('which links', () => {
  test('those that detectors name, and no others', () => {
    const mail = message(withLinks(link('https://evil.example/x'), link('https://good.example/y')));
    const plan = stripPlan(
      mail,
      judged([finding('new-link-domain', { targets: ['evil.example'] })], 'credential-phishing'),
    );
    expect(plan.links).toEqual([{ to: 'evil.example' }]);
    expect(plan.files).toEqual(new Map());
  });
  test('not those of detectors that did not fire', () => {
    const clear = finding('new-link-domain', { outcome: 'clear', targets: ['evil.example'] });
    expect(stripPlan(message(), judged([clear])).links).toEqual([]);
  });
  test.each([
    ['credential-phishing', 'all'],
    ['malware', 'all'],
    ['bec', []],
    [undefined, []],
  ] as const)('%s, and none is named: %j', (attackType, links) => {
    expect(stripPlan(message(), judged([finding('unknown-sender')], attackType)).links).toEqual(links);
  });
  test('of a picture: with the picture', () => {
    const mail = message({
      ...withLinks(link('https://evil.example', { source: 'qr-code', inFile: HASH })),
      attachments: [attachment('code.png', { sha256: HASH, trueType: 'png', declaredType: 'image/png' })],
    });
    const plan = stripPlan(mail, judged([finding('link-in-qr-code', { targets: ['evil.example', `sha256:${HASH}`] })]));
    expect(plan.links).toEqual([{ to: 'evil.example', inFile: HASH }]);
    expect(plan.files).toEqual(new Map([[HASH, { trueType: 'png', why: 'x' }]]));
  });
  test('of a page: where it stands, and the page stays', () => {
    const mail = message({
      ...withLinks(link('https://evil.example', { source: 'attachment', inFile: HASH })),
      attachments: [attachment('a.html', { sha256: HASH, declaredType: 'text/html' })],
    });
    const plan = stripPlan(mail, judged([finding('new-link-domain', { targets: ['evil.example', `sha256:${HASH}`] })]));
    expect(plan.files).toEqual(new Map());
  });
});

describe('which files', () => {
  test('by hash, with type and reason', () => {
    const mail = message({
      attachments: [attachment('run.exe', { sha256: HASH, trueType: 'exe' }), attachment('a.pdf')],
    });
    const named = finding('executable-attachment', { evidence: [FILE], targets: [`sha256:${HASH}`] });
    const why = 'A file that runs: attachment “run.exe (runs)”';
    const term = { source: 'executable-attachment', logOdds: 3, sentence: why };
    expect(stripPlan(mail, judged([named], 'malware', [term])).files).toEqual(
      new Map([[HASH, { trueType: 'exe', why }]]),
    );
    expect(stripPlan(mail, judged([named], 'malware')).files).toEqual(
      new Map([[HASH, { trueType: 'exe', why: 'run.exe (runs)' }]]),
    );
  });
  test('the scanner names none: all, unless another detector does', () => {
    const scanned = finding('scanner-match', { evidence: [{ where: 'antivirus', quote: 'Eicar' }] });
    expect(stripPlan(message(), judged([scanned], 'malware'))).toMatchObject({ files: 'all', links: [] });
    const named = finding('executable-attachment', { evidence: [FILE], targets: [`sha256:${HASH}`] });
    expect(stripPlan(message(), judged([scanned, named], 'malware')).files).toEqual(
      new Map([[HASH, expect.anything()]]),
    );
  });
});

describe('the name', () => {
  const eve = message({ sender: sender('eve@bank.example', { name: 'Ana Kern' }) });
  test.each([
    ['name-bound-elsewhere', 'From', 'eve@bank.example'],
    ['vip-impersonation', 'From', 'eve@bank.example'],
    ['brand-impersonation', 'From', 'eve@bank.example'],
    ['brand-impersonation', 'body', undefined],
    ['lookalike-brand-domain', 'From', undefined],
  ])('%s in %s', (detector, where, expected) => {
    const plan = stripPlan(eve, judged([finding(detector, { evidence: [{ where, quote: 'Ana Kern' }] })]));
    expect(plan.shownAddress).toBe(expected);
  });
});

test('the banner says what it may be, and the strongest reason', () => {
  const terms = [
    { source: 'prior', logOdds: 9, sentence: 'prior' },
    { source: 'a', logOdds: 1, sentence: 'A weak sign' },
    { source: 'b', logOdds: 2, sentence: 'It links to a domain never seen here' },
    { source: 'c', logOdds: -3, sentence: 'A credit' },
  ];
  expect(stripPlan(message(), judged([], 'credential-phishing', terms)).banner).toBe(
    'Be careful: this message may be credential phishing. It links to a domain never seen here.',
  );
  expect(stripPlan(message(), judged([])).banner).toBe('Be careful: this message may be dangerous.');
});

test('what the detectors really say makes a plan', () => {
  const mail = message({
    sender: sender('sam@stranger.example'),
    ...withLinks(link('https://paypal.com.evil.example/login', { shownText: 'paypal.com', shownHost: 'paypal.com' })),
    attachments: [
      attachment('invoice.pdf.exe', { innerExtension: 'pdf', sha256: HASH, trueType: 'exe', kind: 'executable' }),
    ],
  });
  const plan = stripPlan(mail, judged(runDetectors(mail, baseline())));
  expect(plan.links).toEqual([{ to: 'paypal.com.evil.example' }]);
  expect(plan.files).toEqual(new Map([[HASH, { trueType: 'exe', why: expect.stringContaining('invoice.pdf.exe') }]]));
});

describe('what may be flattened', () => {
  const mail = message({ attachments: [attachment('a.pdf', { sha256: HASH, trueType: 'pdf' })] });
  const named = (detector: string, where = 'attachment') =>
    finding(detector, { targets: [`sha256:${HASH}`], evidence: [{ where, quote: 'a.pdf' }] });
  const mayFlatten = (findings: readonly Finding[], files: 'remove' | 'flatten' = 'flatten'): boolean => {
    const plan = stripPlan(mail, judged(findings, 'malware'), { files });
    if (plan.files === 'all') throw new Error('all files');
    return plan.files.get(HASH)?.mayFlatten ?? false;
  };
  test.each([
    ['a PDF that does something', [named('active-pdf')], true],
    ['macros', [named('macro-attachment')], true],
    ['a link in it', [named('new-link-domain', 'link')], true],
    ['all of these', [named('active-pdf'), named('new-link-domain', 'link')], true],
    ['known malware', [named('known-malware')], false],
    ['a name that deceives, too', [named('active-pdf'), named('deceptive-file-name')], false],
    ['what a scanner knows, which names no file', [named('active-pdf'), finding('scanner-match')], false],
  ])('%s: %j', (_name, findings, expected) => {
    expect(mayFlatten(findings)).toBe(expected);
    expect(mayFlatten(findings, 'remove')).toBe(false);
  });
});
