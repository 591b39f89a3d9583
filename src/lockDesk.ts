/** What a page for a locked link shows, and what an analyst reads of it later. */
import type { LockDesk } from './domain/lock.ts';
import type { Store } from './domain/ports.ts';

export const createLockDesk = (
  { locks, verdicts }: Pick<Store, 'locks' | 'verdicts'>,
  now: () => number,
): LockDesk => ({
  async findLock(token) {
    const lock = await locks.get(token);
    const entry = lock === undefined ? undefined : await verdicts.get(lock.tenant, lock.verdictId);
    return lock === undefined || entry === undefined ? undefined : { lock, entry };
  },
  noteLock: (lock, event) => locks.note(lock, event, now()),
  async locksOf(tenant, verdictId) {
    return (await verdicts.get(tenant, verdictId)) === undefined ? undefined : locks.ofVerdict(tenant, verdictId);
  },
});
