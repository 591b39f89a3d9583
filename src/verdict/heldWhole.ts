/** What was to be stripped and cannot be rewritten is held: always where its writer made it so, and where the policy says so where it is signed. */
import type { StripRefusal } from '../domain/strip.ts';
import type { Decision } from './decide.ts';

const WHY: Readonly<Record<StripRefusal, string>> = {
  signed: 'it is signed',
  encrypted: 'it is encrypted',
  'over-limit': 'it is over a limit',
  untraceable: 'its parts cannot be told from each other',
  'nothing-found': 'what is dangerous could not be found in it',
};

/** For the mailboxes that it was to be stripped for; those that it is delivered to get it. */
export function heldWhole(decision: Decision, refusal: StripRefusal): Decision {
  const { enactedBecause: _, banner: __, ...rest } = decision;
  return {
    ...rest,
    action: 'hold',
    enacted: 'hold',
    mailboxes: decision.mailboxes.map((one) => (one.action === 'strip' ? { ...one, action: 'hold' } : one)),
    ...(decision.proposed === 'hold'
      ? {}
      : { enactedBecause: `policy: what cannot be stripped is held, and ${WHY[refusal]}` }),
    reason: decision.reason.replace(/^Stripped\b/, `Held, as ${WHY[refusal]} and cannot be stripped,`),
  };
}
