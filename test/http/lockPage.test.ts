/** The page as text: whatever an attacker has written stays text. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import type { FoundLock } from '../../src/domain/lock.ts';
import { type LockView, lockPage, lockView } from '../../src/http/lockPage.ts';
import { aVerdict } from './service.ts';

const VIEW: LockView = {
  host: 'evil.example',
  unicodeHost: 'evil.example',
  through: 'gateway.example',
  url: 'https://evil.example/',
  reasons: ['A reason.'],
  from: 'eve@bank.example',
  receivedAt: 0,
  onward: 'https://evil.example/',
};

/** Tags with their attributes, in order; all text. */
function read(html: string): { readonly tags: readonly string[]; readonly text: string } {
  const tags: string[] = [];
  let text = '';
  const parser = new Parser({
    onopentag: (name, attributes) => void tags.push(`${name} ${JSON.stringify(attributes)}`),
    onclosetag: (name) => void tags.push(`/${name}`),
    oncomment: () => void tags.push('comment'),
    onprocessinginstruction: (name) => void tags.push(name),
    ontext(part) {
      text += part;
    },
  });
  parser.end(html);
  return { tags, text };
}

const PLAIN = read(lockPage(VIEW, ''));
const fragment = fc.constantFrom(
  '<script>',
  '</code>',
  '<!--',
  '-->',
  '"',
  "'",
  '`',
  '&lt;',
  '&#x3c;',
  '<',
  '>',
  '\u202e',
  '\u2028',
  '\0',
  ']]>',
  '{token}',
  '$&',
  '%',
);
const hostile = fc
  .array(fc.oneof(fragment, fc.string({ unit: 'binary' })), { maxLength: 20 })
  .map((parts) => parts.join(''));

test('any text leaves the page as it is made', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, hostile, hostile, (host, url, reason, from, through) => {
      const html = lockPage(
        { ...VIEW, host, unicodeHost: host, url, reasons: [reason], from, through, onward: url },
        '',
      );
      expect(read(html).tags).toEqual(PLAIN.tags);
      expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u2028\0]/);
    }),
    { numRuns: 2000 },
  );
});

test('any web address is on it whole, as text that leads nowhere', () => {
  fc.assert(
    fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), hostile, (base, more) => {
      const url = URL.parse(`${base}${more}`)?.href;
      fc.pre(url !== undefined && url.length < 2048);
      const view = lockView(found({ url }), 'warn');
      const { tags, text } = read(lockPage(view, ''));
      expect(text).toContain(url);
      expect(tags.filter((tag) => /^a |"(?:href|src|action|style|on\w+)":/.test(tag))).toEqual([]);
      expect(view.onward).toBe(url);
      expect(view.onward).toMatch(/^https?:[\x21-\x7e]+$/); // fit for a header
    }),
    { numRuns: 1000 },
  );
});

function found(lock: Partial<FoundLock['lock']> = {}, entry: Partial<FoundLock['entry']> = {}): FoundLock {
  const url = 'https://evil.example/x';
  return {
    lock: {
      token: 't'.repeat(22),
      tenant: 'default',
      verdictId: 'v1',
      receivedAt: 0,
      url,
      host: 'evil.example',
      openedCount: 0,
      goneOnCount: 0,
      ...lock,
    },
    entry: { verdict: aVerdict(), ...entry },
  };
}

describe('what it says', () => {
  const finding = {
    ...aVerdict().findings[0],
    outcome: 'fired' as const,
    family: 'link' as const,
    strength: 1,
    evidence: [],
  };
  const about = (detector: string, target: string) => ({ ...finding, detector, targets: [target] });

  test('the findings that name the host, or one above it, and no others', () => {
    const verdict = aVerdict({
      findings: [
        about('new-link-domain', 'evil.example'),
        about('shortened-link', 'sho.rt'),
        about('scripted-link', 'other.example'),
        { ...about('hidden-text', 'evil.example'), outcome: 'clear' },
        about('obfuscated-link-host', 'l.example'),
      ],
      contributions: [{ source: 'new-link-domain', logOdds: 1, sentence: 'Nobody here has seen this domain.' }],
    });
    const lock = { host: 'www.evil.example', url: 'https://sho.rt/x' };
    const view = lockView(found(lock, { verdict }), 'warn');
    expect(view.reasons).toEqual(['Nobody here has seen this domain.', 'shortened-link']);
    expect(view.through).toBe('sho.rt');
  });

  test('the warning of the message, where none names it', () => {
    expect(lockView(found({}, { verdict: aVerdict({ banner: 'Be careful.' }) }), 'warn').reasons).toEqual([
      'Be careful.',
    ]);
    expect(lockView(found(), 'warn').reasons).toEqual(['Replies would go to else.example.']);
  });

  test.each([
    ['a name in other letters, where they are plain', 'xn--bcher-kva.example', 'bücher.example'],
    ['not where they deceive', 'xn--80ak6aa92e.com', undefined],
  ])('%s', (_name, host, unicodeHost) => {
    const view = lockView(found({ host, url: `https://${host}/` }), 'warn');
    expect(view.unicodeHost).toBe(unicodeHost);
    const { text } = read(lockPage(view, ''));
    expect(text).toContain(host);
    if (unicodeHost !== undefined) expect(text).toContain(`In its own letters: ${unicodeHost}`);
  });

  test('what a person has said since', () => {
    const page = (feedback: 'safe' | 'threat') => lockPage(lockView(found({}, { feedback }), 'block'), '');
    expect(page('safe')).toContain('released it as safe');
    expect(page('threat')).toContain('confirmed that it is a threat');
  });
});

describe('going on', () => {
  test.each([
    ['warn', 'https://evil.example/x', undefined, 'https://evil.example/x'],
    ['block', 'https://evil.example/x', undefined, undefined],
    ['block', 'https://evil.example/x', 'threat', undefined],
    ['block', 'http://evil.example/x', 'safe', 'http://evil.example/x'],
    ['warn', 'ftp://evil.example/x', 'safe', undefined],
    ['warn', 'ws://evil.example/x', undefined, undefined],
    ['warn', 'javascript:alert(1)', 'safe', undefined],
    ['warn', 'no address', undefined, undefined],
  ] as const)('%s, %s, %s: %s', (policy, url, feedback, onward) => {
    const view = lockView(found({ url }, feedback === undefined ? {} : { feedback }), policy);
    expect(view.onward).toBe(onward);
    expect(lockPage(view, '').includes('<form method="post">')).toBe(onward !== undefined);
  });
});
