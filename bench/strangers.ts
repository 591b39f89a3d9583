/**
 * Mail of other sources as first contacts: what models do with harmless strangers who are no developers, beside phish of strangers. The development
 * mail to train on has hardly any of the former, so a change can look well there and stop a third of them (docs/adr/0026).
 * node bench/strangers.ts CORPUS [FOLDER…]: each folder holds score.json, known.json and stranger.json; models/ alone unless told.
 *
 * SpamAssassin's ham is of 2002 and carries no results of authentication: read models beside each other, no figure by itself.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectors } from '../src/detectors/index.ts';
import { readMessage } from '../src/read.ts';
import { CREDIT_IDS } from '../src/score/credits.ts';
import { checkedModel, type Model } from '../src/score/model.ts';
import { createService } from '../src/service.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../src/verdict/policy.ts';
import { type Corpus, openCorpus, readMail } from './corpus.ts';
import { ACME, requestFor } from './judge.ts';
import { loadSamples, type Sample } from './samples.ts';

/** Of how many mails one is judged, by set of the corpus. */
const SETS: Readonly<Record<string, number>> = {
  'spamassassin-easy-ham-1': 4,
  'spamassassin-easy-ham-2': 4,
  'spamassassin-hard-ham-1': 1,
  phishing_pot: 10,
  'list-threat-phish': 1,
  'list-threat-419bec': 1,
};
const HONEYPOT = 'phishing@pot'; // stands for who got the mail

const ROOT = join(import.meta.dirname, '..');
const [dir, ...folders] = process.argv.slice(2);
if (dir === undefined) throw new Error('node bench/strangers.ts CORPUS [FOLDER…]');

const corpus = openCorpus(dir, 'given');
const [sample] = loadSamples(join(ROOT, 'samples'));
if (sample === undefined) throw new Error('samples/ is empty');
for (const folder of folders.length === 0 ? [join(ROOT, 'models')] : folders) {
  const model = modelIn(folder);
  console.log(`${folder}\n`);
  for (const [set, every] of Object.entries(SETS)) console.log(await judged(model, corpus, sample, set, every));
}

function modelIn(folder: string): Model {
  const [score, known, stranger] = ['score', 'known', 'stranger'].map((name) =>
    JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')),
  );
  const ids = new Set(detectors.map(({ id }) => id));
  return checkedModel({ ...score, forests: { known, stranger } }, ids, new Set<string>(CREDIT_IDS));
}

/** Each mail comes to a mailbox that knows the common history of samples/ and none of the others. */
async function judged(model: Model, { files }: Corpus, of: Sample, set: string, every: number): Promise<string> {
  const store = await openSqliteStore({ path: ':memory:' });
  const read = (submission: Parameters<typeof readMessage>[0]) => readMessage(submission, ACME);
  const now = () => of.context.receivedAt;
  const parts = { store, read, organisation: ACME, policy: DEFAULT_POLICY, learnDelayMs: 0, now, model };
  const service = createService(parts);
  for (const message of of.history) await service.observe(requestFor(message));
  const counts = new Map<string, number>();
  const own = files.filter((file) => file.set === set).filter((_, at) => at % every === 0);
  for (const { path } of own) {
    const raw = readMail(corpus, path);
    if (raw === undefined) continue;
    const addressed = Buffer.from(raw.toString('latin1').replaceAll(HONEYPOT, of.context.mailbox), 'latin1');
    const request = requestFor({ ...of.context, envelope: { rcptTo: [] }, raw: addressed });
    const { action, banner } = await service.score({ ...request, learn: 'never' });
    const treatment = action === 'deliver' && banner !== undefined ? 'banner' : action;
    counts.set(treatment, (counts.get(treatment) ?? 0) + 1);
  }
  await store.close();
  const share = (what: string) => `${what} ${(((counts.get(what) ?? 0) * 100) / Math.max(1, own.length)).toFixed(1)} %`;
  return `${set.padEnd(24)} n ${String(own.length).padStart(4)}  ${['deliver', 'banner', 'strip', 'hold'].map(share).join(', ')}`;
}
