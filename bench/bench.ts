/**
 * npm run bench [-- --corpus DIR] [--messages N] [--only stages|service|robustness] [--also DIR …]: CPU per stage in this process, then a real service on loopback at 1, 8 and 32
 * connections: messages/s, latency, CPU and memory of the service. Compare figures of one run only: machines are noisy.
 * `--only robustness` reads every file below DIR and those named by --also as a message instead.
 * Without --corpus it runs on samples/ (small mails, so faster than life), and says so.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { corpusMix, sampleMix } from './speed/mix.ts';
import { measureRobustness } from './speed/robustness.ts';
import { measureService } from './speed/service.ts';
import { measureStages } from './speed/stages.ts';

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    messages: { type: 'string', default: '20000' },
    only: { type: 'string' },
    also: { type: 'string', multiple: true, default: [] },
  },
});

if (values.only === 'robustness') {
  await measureRobustness([...(values.corpus === undefined ? [] : [values.corpus]), ...values.also]);
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

  if (values.only !== 'service') await measureStages(mix);
  if (values.only !== 'stages') await measureService(mix, Number(values.messages));
}
