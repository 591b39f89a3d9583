/** CPU of each stage of the path, in this process, one message after another. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { observationOf } from '../../src/baseline/observe.ts';
import { recallFrom } from '../../src/baseline/recall.ts';
import { runDetectors } from '../../src/detectors/index.ts';
import type { Submission } from '../../src/domain/mail.ts';
import { ownDomainsFor } from '../../src/intake.ts';
import { lessonsFor } from '../../src/lessons.ts';
import { parseMail } from '../../src/parse/parse.ts';
import { isOrdinary } from '../../src/readApart.ts';
import { score } from '../../src/score/score.ts';
import { shippedModel } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { extractTraits } from '../../src/traits/extract.ts';
import { decide } from '../../src/verdict/decide.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import { renewed } from './mix.ts';

const STAGES = ['parse', 'traits', 'recall', 'detect', 'score', 'decide', 'learn'] as const;
type Stage = (typeof STAGES)[number];

const MAILBOXES = 50; // spread as in a small company
const WARM_UP = 1500; // messages before the compiler has settled
const ORGANISATION = { ownDomains: ['bench.example'], authservIds: ['mx.bench.example'] };

/** Prints mean CPU and wall quantiles per stage over the mix. */
export async function measureStages(mix: readonly Buffer[]): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const store = await openSqliteStore({ path: join(dir, 'bench.sqlite') });
  const model = shippedModel();
  const cpu = new Map<Stage, number>(STAGES.map((stage) => [stage, 0]));
  const wall = new Map<Stage, number[]>(STAGES.map((stage) => [stage, []]));
  let usage = process.cpuUsage();
  let at = performance.now();
  const restart = () => {
    usage = process.cpuUsage();
    at = performance.now();
  };
  const lap = (stage: Stage) => {
    const spent = process.cpuUsage(usage);
    cpu.set(stage, (cpu.get(stage) ?? 0) + spent.user + spent.system);
    wall.get(stage)?.push(performance.now() - at);
    restart();
  };
  const one = async (bytes: Buffer, serial: number) => {
    const raw = renewed(bytes, serial);
    const mailbox = `u${serial % MAILBOXES}@bench.example`;
    const submission: Submission = {
      tenant: 'bench',
      raw,
      envelope: { rcptTo: [mailbox] },
      direction: 'inbound',
      mailboxes: [mailbox],
      receivedAt: Date.UTC(2024, 0) + serial * 60_000,
    };
    const ownDomains = ownDomainsFor(mailbox, ORGANISATION);
    restart();
    const mail = await parseMail(raw);
    lap('parse');
    const message = await extractTraits(mail, submission, ORGANISATION);
    lap('traits');
    const baseline = await recallFrom(store, 'bench', message, mailbox, { ownDomains });
    lap('recall');
    const findings = runDetectors(message, baseline);
    lap('detect');
    const scored = score(findings, message, baseline, model);
    lap('score');
    decide([{ baseline, findings, score: scored }], DEFAULT_POLICY, message.receivedAt);
    lap('decide');
    const observation = observationOf(message);
    if (observation !== undefined)
      await store.learn('bench', lessonsFor(observation, [mailbox], ORGANISATION), 'committed');
    lap('learn');
  };

  const inline = mix.filter((raw) => isOrdinary(raw));
  for (let serial = 0; serial < WARM_UP; serial += 1)
    await one(inline[serial % inline.length] ?? Buffer.alloc(0), serial);
  for (const stage of STAGES) {
    cpu.set(stage, 0);
    wall.set(stage, []);
  }
  for (const [index, raw] of inline.entries()) await one(raw, WARM_UP + index);

  console.log(
    `## CPU by stage, ${inline.length} messages one after another (${mix.length - inline.length} larger ones go to a worker)\n`,
  );
  console.log('| stage | CPU µs mean | wall µs p50 | p99 |\n|---|---:|---:|---:|');
  let total = 0;
  for (const stage of STAGES) {
    const mean = (cpu.get(stage) ?? 0) / inline.length;
    total += mean;
    const sorted = (wall.get(stage) ?? []).sort((a, b) => a - b);
    const quantile = (share: number) => ((sorted[Math.floor(share * sorted.length)] ?? 0) * 1000).toFixed(0);
    console.log(`| ${stage} | ${mean.toFixed(0)} | ${quantile(0.5)} | ${quantile(0.99)} |`);
  }
  console.log(`| in all | ${total.toFixed(0)} | | |\n`);
  await store.close();
  rmSync(dir, { recursive: true });
}
