/** What a process and all that it has started use, by proc(5) of Linux. */
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100; // USER_HZ

export interface Usage {
  /** Resident pages of all, those that they share counted for each. */
  readonly rssMegabytes: number;
  /** The same, with shared pages counted once. */
  readonly pssMegabytes: number;
  /** Of those that have ended, too. */
  readonly cpuSeconds: number;
}

/** undefined: it has ended. */
export function usageOf(pid: number): Usage | undefined {
  const all = [pid, ...descendantsOf(pid)];
  const sum = (of: (one: number) => number): number =>
    all.reduce((total, one) => total + (attempt(() => of(one)) ?? 0), 0);
  const ended = attempt(() => ticks(pid, CHILDREN)) ?? 0;
  const rssMegabytes = sum((one) => kilobytes(`/proc/${one}/status`, 'VmRSS')) / 1024;
  if (rssMegabytes === 0) return undefined;
  return {
    rssMegabytes,
    pssMegabytes: sum((one) => kilobytes(`/proc/${one}/smaps_rollup`, 'Pss')) / 1024,
    cpuSeconds: (sum((one) => ticks(one, OWN)) + ended) / TICKS_PER_SECOND,
  };
}

// utime and stime, cutime and cstime: counted from the state, which stands behind the name.
const OWN = [11, 12];
const CHILDREN = [13, 14];

const fieldsOf = (pid: number): readonly string[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');

const ticks = (pid: number, which: readonly number[]): number => {
  const fields = fieldsOf(pid);
  return which.reduce((total, at) => total + Number(fields[at]), 0);
};

const kilobytes = (path: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(path, 'utf8'))?.[1] ?? 0);

function descendantsOf(pid: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), attempt(() => Number(fieldsOf(Number(name))[1]))] as const);
  const below = (parent: number): readonly number[] =>
    parents.flatMap(([one, of]) => (of === parent ? [one, ...below(one)] : []));
  return below(pid);
}

/** A process may end while it is looked at. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
