/**
 * npm run bench [-- --corpus DIR] [--messages N]: CPU per stage in this process, then a real service on loopback at 1, 8 and 32
 * connections: messages/s, latency, CPU and memory of the service. Compare figures of one run only: machines are noisy.
 * `--only stages` and `--only service` are the halves; `--only stores` measures SQLite and PostgreSQL alone; `--only robustness [--also DIR …]` reads every file below the folders as a message;
 * `--only authenticate` verifies SPF, DKIM and DMARC of the mix, signed anew, DNS answered from memory;
 * `--only learn` lets `tidemark learn` read an mbox of --messages mails of the corpus;
 * `--only rescore [--messages 20000] [--against DIR]` lets `tidemark rescore` judge one mbox of so many mails, in turns with another checkout;
 * `--only crash [--rounds 50]` kills the service, and a PostgreSQL of its own, while it learns;
 * `--only strip` rewrites --messages mails of the corpus and compares what was not to be touched; with --mutated, damaged ones;
 * `--only milter [--messages 2000]` sends the mix through a private Postfix: without a filter, with Tidemark, with rspamd;
 * `--only milter-fuzz [--packets 200000] [--seed 1] [--hold custody]` talks nonsense to the milter, with the whole service behind it;
 * `--only attachments` measures what looking inside files costs;
 * `faults [NAME…] [--messages N] [--hold custody]` breaks things under a load through two private Postfixes and counts what became of each message;
 * `--only organisation [--mailboxes 1000,100000] [--relations 200]` measures stores of that size.
 * Without --corpus it runs on samples/ (small mails, so faster than life), and says so.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openPrivateServer } from '../test/store/postgresServer.ts';
import { measureFaults } from './faults/bench.ts';
import { measureAttachments } from './speed/attachments.ts';
import { measureAuthenticate } from './speed/authenticate.ts';
import { crashRepeatedly, databaseCrashesRepeatedly } from './speed/crash.ts';
import { measureLearn } from './speed/learn.ts';
import { measureMilter } from './speed/milter.ts';
import { fuzzMilter } from './speed/milterFuzz.ts';
import { corpusMix, sampleMix } from './speed/mix.ts';
import { measureOrganisation, measureSize } from './speed/organisation.ts';
import { measureRescore } from './speed/rescore.ts';
import { measureRobustness } from './speed/robustness.ts';
import { measureService } from './speed/service.ts';
import { measureStages } from './speed/stages.ts';
import { measureStores } from './speed/stores.ts';
import { measureMutatedStrip, measureStrip } from './speed/strip.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    corpus: { type: 'string' },
    messages: { type: 'string' },
    only: { type: 'string' },
    against: { type: 'string' },
    also: { type: 'string', multiple: true, default: [] },
    mailboxes: { type: 'string', default: '1000,10000' },
    relations: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '50' },
    mutated: { type: 'boolean', default: false },
    packets: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '1' },
    hold: { type: 'string', default: 'mta' },
  },
});

const messageCount = Number(values.messages ?? 20_000);
const { hold } = values;
if (hold !== 'mta' && hold !== 'custody') throw new Error('--hold is mta or custody');
const [what, ...names] = positionals;

if (what === 'faults') {
  await measureFaults(names, {
    hold,
    ...(values.messages === undefined ? {} : { messages: messageCount }),
  });
} else if (what !== undefined) {
  throw new Error(`there is no '${what}' to measure`);
} else if (values.only === 'robustness') {
  await measureRobustness([...(values.corpus === undefined ? [] : [values.corpus]), ...values.also]);
} else if (values.only === 'attachments') {
  await measureAttachments();
} else if (values.only === 'strip') {
  if (values.corpus === undefined) throw new Error('--only strip needs --corpus DIR');
  await (values.mutated ? measureMutatedStrip : measureStrip)(values.corpus, messageCount);
} else if (values.only === 'organisation') {
  await measureSize();
  await measureOrganisation({
    mailboxes: values.mailboxes.split(',').map(Number),
    relations: Number(values.relations),
  });
} else if (values.only === 'learn') {
  if (values.corpus === undefined) throw new Error('--only learn needs --corpus DIR');
  await measureLearn(values.corpus, messageCount);
} else if (values.only === 'rescore') {
  if (values.corpus === undefined) throw new Error('--only rescore needs --corpus DIR');
  await measureRescore(values.corpus, messageCount, values.against);
} else if (values.only === 'milter-fuzz') {
  console.log(await fuzzMilter(Number(values.packets), Number(values.seed), hold));
} else if (values.only === 'crash') {
  const rounds = Number(values.rounds);
  const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-crash-'));
  console.log('SQLite, the service killed:', await crashRepeatedly(rounds, { DATA_DIR: dataDir }));
  const server = await openPrivateServer({ isSynced: true });
  const env = async () => ({ DATA_DIR: dataDir, DATABASE_URL: await server.createDatabase() });
  console.log('PostgreSQL, the service killed:', await crashRepeatedly(rounds, await env()));
  console.log('PostgreSQL itself killed:', await databaseCrashesRepeatedly(rounds, await env(), server));
  await server.close();
  rmSync(dataDir, { recursive: true });
} else {
  await measureSpeed();
}

async function measureSpeed(): Promise<void> {
  const mix = values.corpus === undefined ? sampleMix() : corpusMix(values.corpus);
  if (values.corpus === undefined)
    console.log('No --corpus DIR: running on samples/, whose mails are smaller than real ones.\n');
  const meanBytes = mix.reduce((sum, raw) => sum + raw.length, 0) / mix.length;
  console.log(
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}`,
  );
  console.log(`${mix.length} mails, ${(meanBytes / 1000).toFixed(1)} kB mean\n`);

  if (values.only === 'stores') return measureStores(mix);
  if (values.only === 'milter') return measureMilter(mix, messageCount);
  if (values.only === 'authenticate') return measureAuthenticate(mix);
  if (values.only !== 'service') await measureStages(mix);
  if (values.only !== 'service') await measureAuthenticate(mix);
  if (values.only !== 'stages') await measureService(mix, messageCount);
}
