import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { detectors } from '../../src/detectors/index.ts';
import type { Habit } from '../../src/domain/baseline.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { CREDIT_IDS } from '../../src/score/credits.ts';
import { checkedModel, type Model } from '../../src/score/model.ts';
import { logit, score } from '../../src/score/score.ts';
import { shippedModel } from '../../src/service.ts';
import { binding, novel, usual } from '../detectors/histories.ts';
import { baseline, correspondent, message } from '../messages.ts';

const model = shippedModel();
const fired = (detector: string, strength = 1): Finding => ({
  detector,
  family: detectors.find(({ id }) => id === detector)?.family ?? 'form',
  outcome: 'fired',
  strength,
  evidence: [{ where: 'From', quote: 'x@y.example' }],
});
const known = baseline({ correspondent: correspondent('bea@partner.example', 40) });

describe('score', () => {
  test('contributions add up to the probability', () => {
    const { probability, contributions } = score(
      [fired('new-client', 0.7), fired('new-link-domain')],
      message(),
      known,
      model,
    );
    const sum = contributions.reduce((total, term) => total + term.logOdds, 0);
    expect(sum).toBeCloseTo(logit(probability), 9);
    expect(contributions[0]?.source).toBe('prior');
  });

  test('the gate is known once mail went either way', () => {
    expect(score([], message(), baseline(), model).gate).toBe('stranger');
    expect(score([], message(), known, model).gate).toBe('known');
  });

  test('a floor is listed apart, and lifts no further than it says', () => {
    const { probability, certain, contributions } = score([fired('unparseable-message')], message(), known, model);
    expect(probability).toBeCloseTo(model.floors['unparseable-message'] ?? 0, 6);
    expect(certain).toEqual(['unparseable-message']);
    expect(contributions.at(-1)?.source).toBe('certain:unparseable-message');
    // One that was not needed is certain all the same.
    const heavy = [fired('unparseable-message'), fired('executable-attachment'), fired('lookalike-own-domain')];
    const sure = score(heavy, message(), known, model);
    expect(sure.contributions.some(({ source }) => source.startsWith('certain:'))).toBe(false);
    expect(sure.certain).toEqual(['unparseable-message']);
  });

  test('a combination sets a floor when all of it stands', () => {
    const certainOf = (...findings: readonly Finding[]) => score(findings, message(), known, model).certain;
    expect(certainOf(fired('unsolicited-sender'), fired('macro-attachment'))).toEqual(['unsolicited-program']);
    expect(certainOf(fired('unsolicited-sender', 0.5), fired('macro-attachment'))).toEqual([]);
    expect(certainOf(fired('macro-attachment'))).toEqual([]);
  });

  test('families are those of findings that speak, alone or together, and each once', () => {
    const familiesOf = (...findings: readonly Finding[]) => score(findings, message(), baseline(), model).families;
    expect(familiesOf()).toEqual([]);
    expect(familiesOf(fired('lookalike-own-domain'), fired('lookalike-brand-domain'))).toEqual(['identity']);
    expect(familiesOf(fired('executable-attachment'), fired('lookalike-own-domain'))).toEqual([
      'identity',
      'attachment',
    ]);
    expect(familiesOf(fired('lookalike-own-domain', 0.001))).toEqual([]);
  });

  test('the share of false alarms falls as the score rises', () => {
    const shares = [
      [],
      [fired('lookalike-own-domain')],
      [fired('lookalike-own-domain'), fired('executable-attachment')],
    ].map((findings) => score(findings, message(), known, model).falseAlarmShare);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares[2]).toBeLessThan(1e-3);
  });

  test('a contribution carries the technique of its detector', () => {
    const { contributions } = score([fired('lookalike-own-domain')], message(), known, model);
    expect(contributions.find(({ source }) => source === 'lookalike-own-domain')?.attack).toBeUndefined();
    const withTechnique = { ...fired('lookalike-own-domain'), attack: 'T1583.001' };
    const named = score([withTechnique], message(), known, model).contributions;
    expect(named.find(({ source }) => source === 'lookalike-own-domain')?.attack).toBe('T1583.001');
  });

  test('a detector that names an innocent reading sets no floor', () => {
    expect(score([fired('own-domain-spoof', 0.6)], message(), known, model).certain).toEqual([]);
    expect(score([fired('own-domain-spoof', 0.9)], message(), known, model).certain).toEqual(['own-domain-spoof']);
  });

  test('trust that the claimed identity earned does not count for who breaks it', () => {
    const none = { features: [], trees: [] };
    const weightsAlone = { ...model, forests: { known: none, stranger: none } };
    const credit = (findings: readonly Finding[]) =>
      score(findings, message(), known, weightsAlone).contributions.find((term) => term.source === 'known-sender')
        ?.logOdds ?? 0;
    expect(credit([])).toBeLessThan(0);
    expect(credit([fired('authentication-regression')])).toBe(0);
    expect(credit([fired('authentication-regression', 0.5)])).toBeCloseTo(credit([]) / 2, 9);
  });

  test('skipped, failed and clear findings count nothing', () => {
    const silent = (['skipped', 'failed', 'clear'] as const).map(
      (outcome): Finding => ({ ...fired('new-client'), outcome, strength: 1 }),
    );
    expect(score(silent, message(), known, model).probability).toBe(score([], message(), known, model).probability);
  });

  test('raising any risk never lowers the score, whatever else fired', () => {
    const ids = detectors.map((detector) => detector.id);
    const strengths = fc.record(Object.fromEntries(ids.map((id) => [id, fc.double({ min: 0, max: 1, noNaN: true })])));
    fc.assert(
      fc.property(
        strengths,
        fc.constantFrom(...ids),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (all, id, more, isKnown) => {
          const at = (values: Readonly<Record<string, number>>) =>
            score(
              ids.map((one) => fired(one, values[one] ?? 0)),
              message(),
              isKnown ? known : baseline(),
              model,
            ).probability;
          const raised = { ...all, [id]: Math.max(all[id] ?? 0, more) };
          expect(at(raised)).toBeGreaterThanOrEqual(at(all) - 1e-12);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a circumstance that no finding names is told with the baseline’s numbers', () => {
    const { contributions } = score([], message(), known, {
      ...model,
      forests: {
        ...model.forests,
        known: {
          features: ['received-count'],
          trees: [
            { feature: [0, -1, -1], threshold: [1, 0, 0], right: [2, 0, 0], value: [0, 2, -1], cover: [4, 2, 2] },
          ],
        },
      },
    });
    const term = contributions.find(({ source }) => source === 'known-sender');
    expect(term?.sentence).toMatch(/\b40\b/);
    expect(
      score([], message(), baseline(), {
        ...model,
        forests: {
          ...model.forests,
          stranger: {
            features: ['received-count'],
            trees: [
              { feature: [0, -1, -1], threshold: [1, 0, 0], right: [2, 0, 0], value: [0, 2, -1], cover: [4, 2, 2] },
            ],
          },
        },
      }).contributions[1],
    ).toEqual({
      source: 'known-sender',
      logOdds: 1.5, // 2, of which a half was expected: half of the mail went each way
      sentence: 'This mailbox has had no mail from the sender',
    });
  });

  describe('what weighs the other way than it reads is marked', () => {
    /** Trees that ask only that, and lower the score when it is little (or raise it, with `sign` −1). */
    const termOf = (feature: string, sign: 1 | -1, about = baseline(), findings: readonly Finding[] = []) => {
      const value = [0, -sign, sign];
      const trees = [{ feature: [0, -1, -1], threshold: [0.5, 0, 0], right: [2, 0, 0], value, cover: [4, 2, 2] }];
      const forest = { features: [feature], trees };
      const gates = { known: { prior: -5, weights: {} }, stranger: { prior: -5, weights: {} } };
      const judged = score(findings, message(), about, {
        ...model,
        gates,
        forests: { known: forest, stranger: forest },
      });
      return judged.contributions[1];
    };
    const twin = (habit: Habit) =>
      baseline({ nameBindings: [binding('bea@home.example', 40)], nameHolderHabits: [habit] });
    test.each([
      ['an absence that lowers', termOf('received-count', 1), 'This mailbox has had no mail from the sender', true],
      [
        'an absence that raises',
        termOf('received-count', -1),
        'This mailbox has had no mail from the sender',
        undefined,
      ],
      [
        'another bearer of the name who writes alike, lowering',
        termOf('holder-surprise-client', 1, twin(usual('mailer', 'mutt'))),
        'Another address bears this display name, and writes as this is written',
        undefined,
      ],
      [
        'the same, raising',
        termOf('holder-surprise-client', -1, twin(usual('mailer', 'mutt'))),
        'Another address bears this display name, and writes as this is written',
        true,
      ],
      [
        'another bearer of the name who writes otherwise',
        termOf('holder-surprise-client', 1, twin(novel('mailer', 'mutt'))),
        'Another address bears this display name',
        undefined,
      ],
      ['nobody written to, lowering', termOf('sent-count', 1), 'The owner has hardly written to the sender', true],
      [
        'an acquaintance that lowers',
        termOf('received-count', -1, known),
        'the sender wrote to this mailbox 40 times before',
        undefined,
      ],
      [
        'an acquaintance that raises',
        termOf('received-count', 1, known),
        'the sender wrote to this mailbox 40 times before',
        true,
      ],
      ['a finding that raises', termOf('new-client', 1, known, [fired('new-client')]), expect.any(String), undefined],
      ['a finding that lowers', termOf('new-client', -1, known, [fired('new-client')]), expect.any(String), true],
      [
        'a detector that stayed clear, lowering',
        termOf('from-ambiguity', 1),
        expect.stringMatching(/^Not the/),
        undefined,
      ],
      ['a detector that stayed clear, raising', termOf('from-ambiguity', -1), expect.stringMatching(/^Not the/), true],
    ])('%s', (_what, term, sentence, isContrary) => {
      expect(term).toMatchObject({ sentence });
      expect(term?.isContrary).toBe(isContrary);
    });
  });

  test('many small terms are one', () => {
    const { contributions } = score([], message(), known, model);
    expect(
      contributions.filter(({ source, logOdds }) => source !== 'prior' && Math.abs(logOdds) < 0.05).length,
    ).toBeLessThan(2);
  });

  test('names the type that the loudest findings speak for', () => {
    expect(score([fired('extortion-demand')], message(), baseline(), model).attackType).toBe('extortion');
    expect(score([fired('windfall-promise')], message(), baseline(), model).attackType).toBe('advance-fee');
    expect(score([fired('executable-attachment')], message(), baseline(), model).attackType).toBe('malware');
    expect(score([], message(), baseline(), model).attackType).toBeUndefined();
  });
});

describe('checkedModel', () => {
  const check = (more: Partial<Model>) => () =>
    checkedModel({ ...model, ...more }, new Set(detectors.map((detector) => detector.id)), new Set<string>(CREDIT_IDS));
  const withWeight = (weights: Record<string, number>): Partial<Model> => ({
    gates: { ...model.gates, known: { prior: -5, weights } },
  });
  const withForest = (known: Model['forests']['known']): Partial<Model> => ({ forests: { ...model.forests, known } });
  test.each([
    ['a detector that does not exist', withWeight({ 'no-such-thing': 1 }), /no-such-thing is no detector/],
    ['a risk that lowers', withWeight({ 'new-client': -1 }), /new-client has the wrong sign/],
    ['a credit that raises', withWeight({ 'known-sender': 1 }), /known-sender has the wrong sign/],
    ['a tree that asks for nothing we have', withForest({ features: ['no-such-thing'], trees: [] }), /no-such-thing/],
    [
      'a tree that leads nowhere',
      withForest({
        features: ['new-client'],
        trees: [{ feature: [0], threshold: [0], right: [0], value: [0], cover: [1] }],
      }),
      /a tree is broken/,
    ],
    [
      'a tree that leads back',
      withForest({
        features: ['new-client'],
        trees: [
          {
            feature: [0, -1, 0, -1],
            threshold: [0, 0, 0, 0],
            right: [2, 0, 1, 0],
            value: [0, 0, 0, 0],
            cover: [1, 1, 1, 1],
          },
        ],
      }),
      /a tree is broken/,
    ],
    [
      'a tree that does not say how much mail came where',
      withForest({
        features: ['new-client'],
        trees: [{ feature: [0, -1, -1], threshold: [0, 0, 0], right: [2, 0, 0], value: [0, 0, 0], cover: [1, 1, 0] }],
      }),
      /a tree is broken/,
    ],
    [
      'a tree that is too deep',
      withForest({
        features: ['new-client'],
        trees: [
          {
            feature: Array.from({ length: 17 }, (_, at) => (at < 8 ? 0 : -1)),
            threshold: new Array(17).fill(0),
            right: Array.from({ length: 17 }, (_, at) => (at < 8 ? 16 - at : 0)),
            value: new Array(17).fill(0),
            cover: new Array(17).fill(1),
          },
        ],
      }),
      /a tree is broken/,
    ],
    ['a floor for nobody', { floors: { 'no-such-thing': 0.9 } }, /no-such-thing is no detector/],
    ['a floor that is no probability', { floors: { 'from-ambiguity': 1 } }, /floor of from-ambiguity/],
    [
      'a group of nobodies',
      { combinations: [{ id: 'c', sentence: 's', groups: [['no-such-thing']] }] },
      /no-such-thing/,
    ],
  ])('refuses %s', (_name, more, expected) => {
    expect(check(more)).toThrow(expected);
  });
  test('takes the one that ships', () => {
    expect(check({})).not.toThrow();
  });
});
