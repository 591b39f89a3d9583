/** What the decoder of pictures is waited for. */
export const DECODER_LIMITS = {
  timeoutMs: 600, // of one picture from when it is its turn; the largest honest one takes 0.2 s
  startMs: 1_000, // more for a process that has to start first, and has not run before
  maxStartMs: 30_000, // on a busy machine: who asked meanwhile had no answer, the next has
  patienceMs: 1_000, // waiting for its turn: a message has two seconds in all (readApart.ts)
} as const;
