import { describe, expect, test } from '@jest/globals';
import type { Baseline } from '../../src/domain/baseline.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { Policy, Score } from '../../src/domain/verdict.ts';
import { DEFAULT_POLICY, decide, type Judgement } from '../../src/verdict/decide.ts';
import { baseline } from '../messages.ts';

const scoreOf = (probability: number, more: Partial<Score> = {}): Score => ({
  probability,
  gate: 'stranger',
  attackType: 'bec',
  contributions: [
    { source: 'prior', logOdds: -4, sentence: 'Prior' },
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
const known = { gate: 'known' } as const;
const learning = { maturity: { stage: 'learning', messageCount: 100, ageDays: 9 } } as const;

describe('decide', () => {
  test.each([
    ['a stranger below both thresholds', judgement(0.19), 'deliver', 'deliver'],
    ['a stranger at the strip threshold', judgement(0.2), 'strip', 'strip'],
    ['a stranger at the hold threshold', judgement(0.4), 'hold', 'hold'],
    ['a known sender below both thresholds', judgement(0.49, {}, known), 'deliver', 'deliver'],
    ['a known sender at the strip threshold', judgement(0.5, {}, known), 'strip', 'strip'],
    ['a known sender at the hold threshold', judgement(0.9, {}, known), 'hold', 'hold'],
    ['a hold while learning needs more', judgement(0.95, learning), 'hold', 'strip'],
    ['a hold while learning, sure enough', judgement(0.99, learning), 'hold', 'hold'],
    [
      'a hold while learning by the certain layer',
      judgement(0.92, learning, { certain: ['from-ambiguity'] }),
      'hold',
      'hold',
    ],
  ] as const)('%s', (_name, judged, proposed, enacted) => {
    const decision = decide([judged], DEFAULT_POLICY);
    expect(decision).toMatchObject({ proposed, enacted, action: enacted });
    expect(decision.enactedBecause === undefined).toBe(proposed === enacted);
  });

  test('an attack is named only where something is proposed', () => {
    const typesOf = (judged: readonly [Judgement, ...Judgement[]], policy = DEFAULT_POLICY) => {
      const { attackType, mailboxes } = decide(judged, policy);
      return [attackType, ...mailboxes.map((mailbox) => mailbox.attackType)];
    };
    expect(typesOf([judgement(0.0006)])).toEqual([undefined, undefined]);
    expect(typesOf([judgement(0.5)])).toEqual(['bec', 'bec']);
    expect(typesOf([judgement(0.95, learning)])).toEqual(['bec', 'bec']);
    expect(typesOf([judgement(0.97)], { ...DEFAULT_POLICY, mode: 'passive' })).toEqual(['bec', 'bec']);
    expect(typesOf([judgement(0.1), judgement(0.95)])).toEqual(['bec', undefined, 'bec']);
  });

  test('passive mode proposes and does nothing', () => {
    const passive: Policy = { ...DEFAULT_POLICY, mode: 'passive' };
    expect(decide([judgement(0.97)], passive)).toMatchObject({
      proposed: 'hold',
      enacted: 'deliver',
      enactedBecause: 'passive mode: nothing is acted on',
    });
  });

  test('the most severe mailbox decides, the others keep their own', () => {
    const decision = decide(
      [judgement(0.1, { mailbox: 'a@acme.example' }), judgement(0.95, { mailbox: 'b@acme.example' })],
      DEFAULT_POLICY,
    );
    expect(decision.action).toBe('hold');
    expect(decision.score).toBe(0.95);
    expect(decision.mailboxes.map(({ mailbox, action }) => [mailbox, action])).toEqual([
      ['a@acme.example', 'deliver'],
      ['b@acme.example', 'hold'],
    ]);
  });

  test('a young mailbox that may not hold does not hide one that may', () => {
    const decision = decide([judgement(0.97, learning), judgement(0.91)], DEFAULT_POLICY);
    expect(decision).toMatchObject({ action: 'hold', proposed: 'hold', score: 0.91 });
  });

  test('coverage counts what ran and says what was missing', () => {
    const finding = (outcome: Finding['outcome'], why?: string): Finding => ({
      detector: 'd',
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
    expect(decide([{ ...judgement(0.1), findings }], DEFAULT_POLICY).coverage).toEqual({
      ranCount: 2,
      skippedCount: 2,
      failedCount: 1,
      missing: ['no content', 'boom'],
    });
  });

  test('the reason says what was done, why, and what speaks for the mail', () => {
    expect(decide([judgement(0.95)], DEFAULT_POLICY).reason).toBe(
      'Held as probable business e-mail compromise (95.0 %): Odd program. In its favour: the owner answered the sender twice.',
    );
    expect(decide([judgement(0.02)], DEFAULT_POLICY).reason).toBe(
      'Delivered (2.0 %): the owner answered the sender twice. Worth a look: Odd program.',
    );
  });
});
