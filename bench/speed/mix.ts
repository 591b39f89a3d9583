/** The mails that speed is measured on. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCorpus, readMail } from '../corpus.ts';
import { seeded } from '../random.ts';
import { loadSamples } from '../samples.ts';

const SETS = ['phishing_pot', 'list-ham'];
const PER_SET = 2500; // enough to be even: phishing_pot has 2,607

/** As many of phishing_pot as of list-ham, shuffled with a fixed seed. */
export function corpusMix(dir: string): readonly Buffer[] {
  const corpus = openCorpus(dir);
  const random = seeded(1);
  const picked = SETS.flatMap((set) =>
    shuffled(
      corpus.files.filter((file) => file.set === set),
      random.next,
    ).slice(0, PER_SET),
  );
  return shuffled(picked, random.next).flatMap((file) => readMail(corpus, file.path) ?? []);
}

export const sampleMix = (): readonly Buffer[] =>
  loadSamples(join(fileURLToPath(new URL('../..', import.meta.url)), 'samples')).map((sample) => sample.raw);

/** Fisher–Yates. */
function shuffled<T>(items: readonly T[], next: () => number): readonly T[] {
  const out = [...items];
  for (let at = out.length - 1; at > 0; at -= 1) {
    const other = Math.floor(next() * (at + 1));
    const [a, b] = [out[at], out[other]];
    if (a !== undefined && b !== undefined) [out[at], out[other]] = [b, a];
  }
  return out;
}

const ID_HEADER = Buffer.from('\nmessage-id:');

/** The same mail as a new one: another Message-ID, so that it is neither known nor answered from the log. */
export function renewed(raw: Buffer, serial: number): Buffer {
  const head = raw.subarray(0, 32_768).toString('latin1').toLowerCase();
  const at = head.indexOf(ID_HEADER.toString());
  const open = at < 0 ? -1 : raw.indexOf('<', at);
  if (open < 0) return Buffer.concat([Buffer.from(`Message-ID: <${serial}@bench.example>\r\n`), raw]);
  return Buffer.concat([raw.subarray(0, open + 1), Buffer.from(`${serial}.`), raw.subarray(open + 1)]);
}
