import { describe, expect, test } from '@jest/globals';
import type { Baseline, HoldHistory } from '../../src/domain/baseline.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { RARITY_LEVELS } from '../../src/domain/rarity.ts';
import { shareAtLeast, type Tail } from '../../src/domain/tail.ts';
import type { Policy, Score } from '../../src/domain/verdict.ts';
import { decide, type Judgement, takesToken } from '../../src/verdict/decide.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import { baseline, NOW } from '../messages.ts';

const DAY_MS = 86_400_000;
/** A tenth of the legitimate mail at −4.6 (1 %), a thousandth at 0 (50 %), then ten times less with each 2.3. */
const tail: Tail = { logOdds: [-4.6, 0], shares: [0.1, 0.001], excess: 1 };
const policy: Policy = {
  ...DEFAULT_POLICY,
  budgets: {
    known: { banner: 1e-2, strip: 1e-3, hold: 2e-4 },
    stranger: { banner: 3e-2, strip: 3e-3, hold: 1e-3 },
  },
};

const logOddsOf = (probability: number): number => Math.log(probability / (1 - probability));
const scoreOf = (probability: number, more: Partial<Score> = {}): Score => ({
  probability,
  gate: 'stranger',
  attackType: 'bec',
  isAuthenticated: false,
  falseAlarmShare: shareAtLeast(tail, logOddsOf(probability)),
  tail,
  families: ['identity', 'request'],
  contributions: [
    { source: 'prior', logOdds: logOddsOf(probability) - 1, sentence: 'Prior' },
    { source: 'new-client', logOdds: 2, sentence: 'Odd program' },
    { source: 'replied-to', logOdds: -1, sentence: 'the owner answered the sender twice' },
  ],
  certain: [],
  modelVersion: 'test',
  ...more,
});
const judgement = (probability: number, more: Partial<Baseline> = {}, score: Partial<Score> = {}): Judgement => ({
  baseline: baseline(more),
  findings: [],
  score: scoreOf(probability, score),
});
const decided = (judged: Judgement, by = policy) => decide([judged], by, NOW);
const known = { gate: 'known' } as const;
const learning = { maturity: { stage: 'learning', messageCount: 100, ageDays: 9 } } as const;
const holds = (more: Partial<HoldHistory>): Partial<Baseline> => ({
  holds: { tokens: 3, ...more },
});

/** Of 1,000 legitimate mails of strangers four scored as rarely as one in a thousand everywhere. */
const usual = { stranger: [1000, 100, 30, 10, 5, 4, 0, 0] };

describe('decide', () => {
  test.each([
    ['a stranger of whom nothing is odd', judgement(0.0002), 'deliver', undefined],
    ['a stranger within the budget of banners', judgement(0.1), 'deliver', 'unusual'],
    ['a stranger within the budget of strips', judgement(0.4), 'strip', 'Be careful'],
    ['a stranger within the budget of holds', judgement(0.6), 'hold', undefined],
    ['a known sender within the budget of banners', judgement(0.3, {}, known), 'deliver', 'unusual'],
    ['a known sender within the budget of strips', judgement(0.6, {}, known), 'strip', 'Be careful'],
    ['a known sender within the budget of holds', judgement(0.9, {}, known), 'hold', undefined],
    [
      'a known sender whose domain vouches for it',
      judgement(0.9, {}, { ...known, isAuthenticated: true }),
      'strip',
      'Be careful',
    ],
    ['spam is held, as no strip makes it less', judgement(0.9, {}, { attackType: 'spam' }), 'hold', undefined],
    ['what a strip defuses need not be held', judgement(0.55, {}, { attackType: 'malware' }), 'hold', undefined],
    [
      'a link that is locked need not be held',
      judgement(0.3, {}, { ...known, attackType: 'credential-phishing', falseAlarmShare: 1e-5 }),
      'strip',
      'Be careful',
    ],
    [
      'what is not worth a banner',
      judgement(0.02, {}, { attackType: 'recon', falseAlarmShare: 1e-5 }),
      'deliver',
      undefined,
    ],
  ] as const)('%s', (_name, judged, action, banner) => {
    const decision = decided(judged);
    expect(decision).toMatchObject({ proposed: action, enacted: action, action });
    expect(decision.enactedBecause).toBeUndefined();
    if (banner === undefined) expect(decision.banner).toBeUndefined();
    else expect(decision.banner).toContain(banner);
  });

  test.each([
    [
      'a known sender whose domain vouches for it, surely',
      judgement(0.99, {}, { ...known, isAuthenticated: true }),
      'hold',
      undefined,
    ],
    ['young baseline', judgement(0.95, learning), 'strip', 'learning (100 messages)'],
    ['young baseline, sure enough', judgement(0.995, learning), 'hold', undefined],
    ['young baseline, a certain fact', judgement(0.92, learning, { certain: ['from-ambiguity'] }), 'hold', undefined],
    ['one kind of evidence', judgement(0.995, {}, { families: ['link'] }), 'strip', 'link alone'],
    [
      'one kind of evidence, but certain',
      judgement(0.99, {}, { families: ['form'], certain: ['x'] }),
      'hold',
      undefined,
    ],
    ['no token left', judgement(0.9, holds({ tokens: 0.9 })), 'strip', 'share of uncertain holds'],
    ['no token left, sure enough', judgement(0.995, holds({ tokens: -4 })), 'hold', undefined],
    ['no token left, a certain fact', judgement(0.9, holds({ tokens: 0 }), { certain: ['x'] }), 'hold', undefined],
    [
      'such scores are usual here',
      judgement(0.6, { rarity: usual }),
      'strip',
      'in 1,000 legitimate mails of this mailbox',
    ],
    ['such scores are usual here, far beyond the budget', judgement(0.98, { rarity: usual }), 'hold', undefined],
  ] as const)('a hold: %s', (_name, judged, enacted, because) => {
    const decision = decided(judged);
    expect(decision).toMatchObject({ proposed: 'hold', enacted, action: enacted });
    if (because === undefined) expect(decision.enactedBecause).toBeUndefined();
    else expect(decision.enactedBecause).toContain(because);
  });

  test('less evidence is never treated more severely, whatever is usual in the mailbox', () => {
    const severities = ['deliver', 'strip', 'hold'];
    for (const usualShare of [0, 0.002, 0.01, 0.1]) {
      const rarity = { stranger: [1000, ...RARITY_LEVELS.map((level) => 1000 * Math.max(level, usualShare))] };
      for (const probability of [0.4, 0.6, 0.9, 0.995]) {
        const [one, two] = [['link'], ['link', 'identity']] as const;
        const enacted = [one, two].map((families) => decided(judgement(probability, { rarity }, { families })).enacted);
        expect(severities.indexOf(enacted[0] ?? '')).toBeLessThanOrEqual(severities.indexOf(enacted[1] ?? ''));
      }
    }
    const veryUsual = { stranger: [1000, 100, 100, 100, 100, 100, 100, 100] };
    expect(decided(judgement(0.6, { rarity: veryUsual }, { families: ['link'] }))).toMatchObject({
      enacted: 'deliver',
      enactedBecause: expect.stringContaining('legitimate mails of this mailbox'),
    });
  });

  test('what a person released is not held again for the same, within 30 days', () => {
    const last = { at: NOW - DAY_MS, detectors: new Set(['new-client', 'new-link-domain']), isReleased: true };
    const with_ = (
      lastOfSender: HoldHistory['lastOfSender'],
      ids: readonly string[],
      certain: readonly string[] = [],
    ) =>
      decided({
        ...judgement(0.9, holds(lastOfSender === undefined ? {} : { lastOfSender }), { certain }),
        findings: ids.map((detector) => ({ detector, family: 'habit', outcome: 'fired', strength: 1, evidence: [] })),
      }).action;
    expect(with_(last, ['new-client'])).toBe('deliver');
    expect(with_(last, ['new-client', 'payment-request'])).toBe('hold');
    expect(with_(last, ['new-client'], ['known-malware'])).toBe('hold');
    expect(with_({ ...last, at: NOW - 31 * DAY_MS }, ['new-client'])).toBe('hold');
    expect(with_({ ...last, isReleased: false }, ['new-client'])).toBe('hold');
  });

  test('a hold by likelihood takes a token, a sure or certain one none', () => {
    expect(takesToken(decided(judgement(0.9)))).toBe(true);
    expect(takesToken(decided(judgement(0.995)))).toBe(false);
    expect(takesToken(decided(judgement(0.9, {}, { certain: ['x'] })))).toBe(false);
    expect(takesToken(decided(judgement(0.4)))).toBe(false);
  });

  test('costs are shown, and the least of them is wanted', () => {
    const [mailbox] = decided(judgement(0.6)).mailboxes;
    expect(mailbox?.expectedCosts).toEqual({ deliver: 300, banner: 240, strip: 150, hold: 1.6 });
    expect(mailbox?.falseAlarmShare).toBeCloseTo(shareAtLeast(tail, logOddsOf(0.6)), 6);
  });

  test('an attack is named only where something is proposed', () => {
    const typesOf = (judged: readonly [Judgement, ...Judgement[]], by = policy) => {
      const { attackType, mailboxes } = decide(judged, by, NOW);
      return [attackType, ...mailboxes.map((mailbox) => mailbox.attackType)];
    };
    expect(typesOf([judgement(0.0006)])).toEqual([undefined, undefined]);
    expect(typesOf([judgement(0.5)])).toEqual(['bec', 'bec']);
    expect(typesOf([judgement(0.95, learning)])).toEqual(['bec', 'bec']);
    expect(typesOf([judgement(0.97)], { ...policy, mode: 'passive' })).toEqual(['bec', 'bec']);
    expect(typesOf([judgement(0.1), judgement(0.95)])).toEqual(['bec', undefined, 'bec']);
  });

  test('passive mode proposes and does nothing, not even a banner', () => {
    const passive: Policy = { ...policy, mode: 'passive' };
    const decision = decided(judgement(0.97), passive);
    expect(decision).toMatchObject({
      proposed: 'hold',
      enacted: 'deliver',
      enactedBecause: 'passive mode: nothing is acted on',
    });
    expect(decision.banner).toBeUndefined();
    expect(decided(judgement(0.1), passive).banner).toBeUndefined();
  });

  test('the most severe mailbox decides, the others keep their own', () => {
    const decision = decide(
      [judgement(0.1, { mailbox: 'a@acme.example' }), judgement(0.95, { mailbox: 'b@acme.example' })],
      policy,
      NOW,
    );
    expect(decision.action).toBe('hold');
    expect(decision.score).toBe(0.95);
    expect(decision.mailboxes.map(({ mailbox, action }) => [mailbox, action])).toEqual([
      ['a@acme.example', 'deliver'],
      ['b@acme.example', 'hold'],
    ]);
  });

  test('a young mailbox that may not hold does not hide one that may', () => {
    const decision = decide([judgement(0.97, learning), judgement(0.91)], policy, NOW);
    expect(decision).toMatchObject({ action: 'hold', proposed: 'hold', score: 0.91 });
  });

  test('coverage counts what ran and says what was missing', () => {
    const finding = (outcome: Finding['outcome'], why?: string): Finding => ({
      detector: 'd',
      family: 'form',
      outcome,
      strength: 0,
      evidence: [],
      ...(why === undefined ? {} : { why }),
    });
    const findings = [
      finding('fired'),
      finding('clear'),
      finding('skipped', 'no content'),
      finding('skipped', 'no content'),
      finding('failed', 'boom'),
    ];
    expect(decided({ ...judgement(0.1), findings }).coverage).toEqual({
      ranCount: 2,
      skippedCount: 2,
      failedCount: 1,
      missing: ['no content', 'boom'],
    });
  });

  test('the reason says what was done, why, and what speaks for the mail', () => {
    expect(decided(judgement(0.95)).reason).toBe(
      'Held as probable business e-mail compromise (95.0 %): Odd program. In its favour: the owner answered the sender twice.',
    );
    expect(decided(judgement(0.02)).reason).toBe(
      'Delivered (2.0 %): the owner answered the sender twice. Worth a look: Odd program.',
    );
  });

  test('what weighs the other way than it reads is no reason', () => {
    const contributions = scoreOf(0.95).contributions.flatMap((term) => [
      { source: 'known-sender', logOdds: 2 * term.logOdds, sentence: 'Contrary', isContrary: true as const },
      term,
    ]);
    for (const probability of [0.95, 0.6, 0.02])
      expect(decided(judgement(probability, {}, { contributions })).reason).toBe(
        decided(judgement(probability)).reason,
      );
  });
});

describe('counterfactual', () => {
  test('names the fewest terms without which the action is another one', () => {
    expect(decided(judgement(0.6)).counterfactual).toBe('Without “Odd program” it would have been delivered (16.9 %).');
    expect(decided(judgement(0.25)).counterfactual).toBe(
      'Without “the owner answered the sender twice” it would have been stripped (47.5 %).',
    );
  });

  test('is silent where no few terms decide, or a fact decides alone', () => {
    expect(decided(judgement(0.9999)).counterfactual).toBeUndefined();
    expect(decided(judgement(0.0001)).counterfactual).toBeUndefined();
    expect(decided(judgement(0.9, {}, { certain: ['known-malware'] })).counterfactual).toBeUndefined();
  });
});
