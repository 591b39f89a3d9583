/** Work for whoever can reach us: a few at once, a few more wait, all others are told to come back. */
import { Refusal } from './problem.ts';

export type TakeTurn = <T>(work: () => Promise<T>) => Promise<T>;

export function createTurns(atOnceCount: number, waitingCount: number): TakeTurn {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running < atOnceCount) running += 1;
    else if (waiting.length < waitingCount) await new Promise<void>((resolve) => waiting.push(resolve));
    else throw new Refusal('overloaded', 'too many ask for this at once; try again in a moment');
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next(); // it takes over the place
    }
  };
}
