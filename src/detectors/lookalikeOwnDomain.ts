import { detector } from '../domain/finding.ts';
import { lookalikesOf } from './history/lookalikes.ts';
import { OUTBOUND } from './history/relations.ts';

/**
 * The domain of From or Reply-To resembles the organisation's own.
 * 0 or more indicators; strength 0–1 by the kind of resemblance, and shrinks as the domain becomes familiar in itself.
 * Source: UTS 39; detection.md §3 "Identity".
 */
export const lookalikeOwnDomain = detector({
  id: 'lookalike-own-domain',
  family: 'identity',
  attack: 'T1583.001',
  needs: ['sender'],
  detect({ sender, direction }, baseline) {
    return direction === 'outbound' ? OUTBOUND : lookalikesOf('own', sender, baseline);
  },
});
