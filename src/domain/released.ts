/** What an MTA was told to refuse for now comes again, byte for byte. Once a person has released it, it is to pass. */
import type { Service } from './service.ts';
import type { Verdict } from './verdict.ts';

const RELEASED = 'a person released this message';

/** The verdict as it is, unless it holds a message that was released since. */
export async function afterRelease(service: Pick<Service, 'verdict'>, verdict: Verdict): Promise<Verdict> {
  if (verdict.action !== 'hold') return verdict;
  const entry = await service.verdict(verdict.tenant, verdict.id);
  if (entry?.feedback !== 'safe') return verdict;
  return {
    ...verdict,
    action: 'deliver',
    enacted: 'deliver',
    enactedBecause: RELEASED,
    reason: `Delivered: ${RELEASED}.`,
  };
}
