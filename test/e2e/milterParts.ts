/** What a milter behind a private Postfix is given besides what it scores by; what goes wrong is told on standard error. */
const tell = (what: string): void => {
  process.stderr.write(`${what}\n`);
};

export const MILTER_PARTS = {
  directionFor: () => 'inbound' as const,
  onFailure: 'tempfail',
  maxMessageBytes: 10_000_000,
  scoreLimitMs: 20_000,
  keepLimitMs: 20_000,
  progressMs: 5000,
  now: Date.now,
  watcher: { answered() {}, problem: tell },
} as const;

export const CONNECTIONS = { opened() {}, closed() {}, refused() {}, cutOff: tell };
