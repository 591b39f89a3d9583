/** A property that fails says how to run it again: `FC_SEED=… npm test -- properties`, or the mail itself. */
import fc from 'fast-check';

/** For properties whose first value is a mail, or what it is made of. */
export function replayable<Values extends [unknown, ...unknown[]]>(
  numRuns: number,
  mailOf: (values: Values) => Uint8Array = ([raw]) => raw as Uint8Array,
): fc.Parameters<Values> {
  const seed = process.env.FC_SEED;
  return {
    numRuns,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    asyncReporter: async (details) => {
      if (!details.failed) return;
      const { counterexample } = details;
      const mail = counterexample === null ? '' : Buffer.from(mailOf(counterexample)).toString('base64');
      const said = [
        `again with FC_SEED=${details.seed}`,
        `the mail in base64: ${mail}`,
        fc.defaultReportMessage(details),
      ];
      throw new Error(said.join('\n'), { cause: details.errorInstance });
    },
  };
}
