import { detector } from '../domain/finding.ts';
import { lookalikesOf } from './history/lookalikes.ts';
import { OUTBOUND } from './history/relations.ts';

/**
 * The domain of From or Reply-To resembles one that the mailbox or the tenant exchanges mail with.
 * 0 or more indicators; strength 0–1 grows with the history of the imitated domain, and shrinks as the domain becomes familiar in itself.
 * Source: UTS 39; detection.md §3 "Identity".
 */
export const lookalikeCorrespondentDomain = detector({
  id: 'lookalike-correspondent-domain',
  family: 'identity',
  attack: 'T1583.001',
  needs: ['sender'],
  detect({ sender, direction }, baseline) {
    return direction === 'outbound' ? OUTBOUND : lookalikesOf('correspondent', sender, baseline);
  },
});
