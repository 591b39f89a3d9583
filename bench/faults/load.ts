/** The load: golden samples by smtp-source, each message for a mailbox of its own, which is what it is known by. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eicarMail } from '../eicar.ts';
import { loadSamples } from '../samples.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', 'samples');
const SESSIONS = 2; // for each kind of mail

/** Twentieths of the load: mostly ordinary mail, and lures that are stripped or held, too. Addresses end in the letter. */
const MIX: readonly (readonly [letter: string, sample: string, twentieths: number])[] = [
  ['a', 'first-contact/new-customer', 4],
  ['b', 'known-correspondent/partner-pdf', 4],
  ['c', 'language/french-quotation', 4],
  ['d', 'bulk-and-lists/code-host-notification', 4],
  ['e', 'language/german-bank-lure', 1], // stripped
  ['f', 'credential-phishing/form-in-mail', 1], // stripped
  ['g', 'malware/double-extension', 1], // held; for custody EICAR in its place
  ['h', 'credential-phishing/mailbox-full', 1], // held
];

export interface Load {
  /** Recipients, one for each message. */
  readonly addresses: readonly string[];
  /** What stands below the headers of an address's message, with LF. */
  bodyFor(address: string): string;
  /** Resolves when the MTA at `port` has taken all. */
  send(port: number): Promise<void>;
}

/** `dir`: for the messages as files. */
export function createLoad(messageCount: number, dir: string, isForCustody: boolean): Load {
  const eicar = eicarMail('\n');
  const eicarText = `${eicar.headers}\n\n${eicar.body}`;
  const samples = new Map(loadSamples(SAMPLES).map((sample) => [`${sample.family}/${sample.name}`, sample.raw]));
  const parts = MIX.map(([letter, name, twentieths]) => {
    const raw = isForCustody && letter === 'g' ? eicarText : samples.get(name)?.toString('latin1');
    if (raw === undefined) throw new Error(`there is no sample ${name}`);
    const file = join(dir, `${letter}.eml`);
    const text = raw.replaceAll('\r\n', '\n'); // smtp-source writes the line ends
    writeFileSync(file, text, 'latin1');
    return {
      letter,
      file,
      body: text.slice(text.indexOf('\n\n') + 2),
      count: Math.round((messageCount * twentieths) / 20),
    };
  });
  return {
    addresses: parts.flatMap(({ letter, count }) =>
      Array.from({ length: count }, (_, index) => `${index + 1}${letter}@acme.example`),
    ),
    bodyFor: (address) => parts.find(({ letter }) => letter === address.replace(/^\d+|@.*$/g, ''))?.body ?? '',
    async send(port) {
      await Promise.all(
        parts.map(async ({ letter, file, count }) => {
          const words = ['-s', SESSIONS, '-m', count, '-N', '-F', file];
          const path = ['-f', 'bea@partner.example', '-t', `${letter}@acme.example`, `127.0.0.1:${port}`];
          const source = spawn('smtp-source', [...words, ...path].map(String), { stdio: 'inherit' });
          const [status] = await once(source, 'exit');
          if (status !== 0) throw new Error('smtp-source was refused by the sender');
        }),
      );
    },
  };
}
