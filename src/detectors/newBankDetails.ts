import type { Baseline } from '../domain/baseline.ts';
import { detector, type Evidence } from '../domain/finding.ts';
import type { Account, Money } from '../domain/message.ts';
import { daysBetween, exchangedCount, OUTBOUND, weightOf } from './history/relations.ts';

const CONTRADICTION = 0.6; // at the least: they gave other details before, for longer than the probation
const FIRST_DETAILS = 0.2; // somebody known gives any for the first time: every supplier does once
const QUOTED = 0.3; // of that: it stands in quoted text only, and may be the owner's own
const MAX_SHOWN = 3;

/**
 * The mail names an account that the sender's side has not used before (or not for 14 days).
 * 0 or 1 indicator; strength 0.6–1 when they gave other details before, by how often; 0.2 for the first details of somebody known; 0.3 of
 * that in quoted text, none there in a known thread. Strangers' details are the business of the detectors of requests. Evidence shows country and last four digits, never more.
 * Source: detection-ideas.md 6; scenarios S11.
 */
export const newBankDetails = detector({
  id: 'new-bank-details',
  family: 'request',
  attack: 'T1657',
  needs: ['money', 'sender', 'actors'],
  detect({ money, sender, actors, direction, receivedAt }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    const known = baseline.accounts ?? new Map();
    // What a known thread quotes are other people's words, the owner's among them.
    const fresh = money.accounts.filter(
      ({ mark, isQuoted }) => known.get(mark)?.isUsual !== true && !(isQuoted && baseline.threads.size > 0),
    );
    if (fresh.length === 0) return [];
    const usual = [...known.values()].filter(({ isUsual }) => isUsual);
    const messageCount = usual.reduce((sum, account) => sum + account.messageCount, 0);
    const certainty =
      usual.length > 0 ? contradictionOf(messageCount) : actors.length === 0 && isKnown(baseline) ? FIRST_DETAILS : 0;
    const strength = certainty * (fresh.every(({ isQuoted }) => isQuoted) ? QUOTED : 1);
    if (strength === 0) return [];
    const history =
      usual.length === 0
        ? {
            messageCount: exchangedCount(baseline.correspondent),
            expected: `no account from ${sender.isFreemail ? sender.address : sender.orgDomain} so far`,
          }
        : {
            messageCount,
            expected: 'the account used before',
            ageDays: Math.max(0, daysBetween(Math.min(...usual.map(({ firstAt }) => firstAt)), receivedAt)),
          };
    const evidence = fresh
      .slice(0, MAX_SHOWN)
      .map((account) => ({ where: 'account', quote: shown(account), ...history }));
    return [{ strength, evidence: [...evidence, ...cardEvidence(money)] }];
  },
});

const contradictionOf = (messageCount: number): number => CONTRADICTION + (1 - CONTRADICTION) * weightOf(messageCount);

const isKnown = ({ correspondent, domain }: Baseline): boolean =>
  exchangedCount(correspondent) > 0 || exchangedCount(domain) > 0;

/** 'iban DE …3000', 'bitcoin …v7fK'. */
const shown = ({ kind, country, lastFour }: Account): string =>
  [kind, country, `…${lastFour}`].filter((part) => part !== undefined).join(' ');

const cardEvidence = ({ cardCount }: Money): readonly Evidence[] =>
  cardCount === 0 ? [] : [{ where: 'body', quote: 'the number of a payment card', messageCount: cardCount }];
