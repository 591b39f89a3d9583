import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createMetrics } from '../../src/http/metrics.ts';
import { watchConnections, watchMessages } from '../../src/milter/watch.ts';
import { aVerdict } from '../http/service.ts';

function watched() {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(line, _encoding, done) {
      const { level, msg, time: _, pid: __, hostname: ___, ...about } = JSON.parse(String(line));
      lines.push({ level, msg, ...about });
      done();
    },
  });
  const log = pino({ level: 'info' }, sink);
  const metrics = createMetrics();
  const milterMetrics = async () =>
    (await metrics.text()).split('\n').filter((line) => /^tidemark_(milter|verdicts)/.test(line));
  return { lines, milterMetrics, messages: watchMessages(log, metrics), connections: watchConnections(log, metrics) };
}

test('a message is one line by queue id, without addresses or subject, and is counted', async () => {
  const { lines, messages, milterMetrics } = watched();
  const verdict = aVerdict();
  const outcome = { kind: 'scored', verdict } as const;
  messages.answered({ word: 'hold', outcome, queueId: '4XyZ', sizeBytes: 1000, milliseconds: 3.1234 });
  const about = { queueId: '4XyZ', answer: 'hold', sizeBytes: 1000, milliseconds: 3.1, verdict: 'v1', score: 0.97 };
  expect(lines).toEqual([{ level: 30, msg: 'scored', ...about, proposed: 'hold' }]);
  expect(await milterMetrics()).toEqual(
    expect.arrayContaining([
      'tidemark_milter_messages_total{answer="hold"} 1',
      'tidemark_verdicts_total{action="hold",attack_type="bec",gate="known"} 1',
    ]),
  );
});

test('what went wrong is a warning, and counted by what it was', async () => {
  const { lines, messages, connections, milterMetrics } = watched();
  messages.problem('hold-not-possible', '4XyZ');
  messages.answered({
    word: 'unscored',
    outcome: { kind: 'failed', why: 'scoring failed' },
    sizeBytes: 1,
    milliseconds: 1,
  });
  messages.problem('custody-full', '4XyZ');
  messages.answered({
    word: 'released',
    outcome: { kind: 'released', verdictId: 'v1' },
    sizeBytes: 1,
    milliseconds: 1,
  });
  connections.opened();
  connections.refused();
  connections.cutOff('content for more than 300000 ms');
  expect(lines.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
    '40 to be held, but the MTA offers no quarantine: temporary failure',
    '40 not scored',
    '40 custody is full: what is to be held gets a temporary failure, what is stripped loses its original, what is unscored stays so',
    '30 released',
    '40 an MTA was turned away: too many connections',
    '40 a connection of an MTA was cut off',
  ]);
  expect(await milterMetrics()).toEqual([
    'tidemark_milter_messages_total{answer="unscored"} 1',
    'tidemark_milter_messages_total{answer="released"} 1',
    'tidemark_milter_problems_total{problem="hold-not-possible"} 1',
    'tidemark_milter_problems_total{problem="custody-full"} 1',
    'tidemark_milter_connections 1',
    'tidemark_milter_connections_lost_total{how="refused"} 1',
    'tidemark_milter_connections_lost_total{how="cut-off"} 1',
  ]);
});
