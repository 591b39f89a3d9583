/** What was kept back comes again, byte for byte: an MTA was told to try later, a person hands in what they released. Then it is to pass. */
import type { Feedback } from './ports.ts';
import type { Verdict } from './verdict.ts';

const WHY = 'a person released this message';

/** The verdict as it is, unless it keeps back a message that was released since. */
export const afterRelease = (verdict: Verdict, feedback: Feedback | undefined): Verdict =>
  feedback !== 'safe' || verdict.action === 'deliver'
    ? verdict
    : { ...verdict, action: 'deliver', enacted: 'deliver', enactedBecause: WHY, reason: `Delivered: ${WHY}.` };
