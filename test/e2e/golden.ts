/** What tests of mail servers share: the same sample over HTTP, the verdict that a mail is marked with, waiting. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from '../../bench/samples.ts';
import type { Envelope } from '../../src/domain/mail.ts';
import { readMessage } from '../../src/read.ts';
import { openSmtp } from './smtp.ts';

export const idOf = (mail: string): string => mail.match(/^X-Tidemark-Action: .*\bid=(v[0-9a-f]+)/m)?.[1] ?? 'no mark';

export async function until(holds: () => boolean, timeoutMs = 20_000): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error('it does not come to that');
    await sleep(50);
  }
}

/** A delivered message is read again only for its text. */
const AS_READ = {
  tenant: 'default',
  envelope: { rcptTo: [] },
  direction: 'inbound',
  receivedAt: 0,
  mailboxes: ['ana@acme.example'],
} as const;
const ACME = { ownDomains: ['acme.example'], authservIds: [] };

/** What a reader sees of a delivered message. */
export async function shownText(mail: string): Promise<string | undefined> {
  const { message } = await readMessage({ ...AS_READ, raw: Buffer.from(mail, 'latin1') }, ACME);
  return message.content?.text;
}

/** Over HTTP; answers the verdict. */
export async function ask(
  url: string,
  what: 'messages' | 'observations',
  { raw, envelope, direction, receivedAt, mailbox }: Sample['context'] & { readonly raw: Buffer },
): Promise<{ id: string; action: string }> {
  const { clientIp, helo, mailFrom, rcptTo, user } = envelope;
  const query = new URLSearchParams({ direction, receivedAt: new Date(receivedAt).toISOString() });
  for (const [name, value] of Object.entries({ clientIp, helo, mailFrom, user })) {
    if (value !== undefined) query.set(name, value === '' ? '<>' : value);
  }
  if (what === 'observations') query.append('mailbox', mailbox);
  else for (const address of rcptTo) query.append('rcptTo', address);
  const answer = await fetch(`${url}/v1/${what}?${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'message/rfc822' },
    body: new Uint8Array(raw),
  });
  if (!answer.ok) throw new Error(`${what}: ${await answer.text()}`);
  return (await answer.json()) as { id: string; action: string };
}

/** What a mail server said to a sample, and the verdict that HTTP has for the same mail. */
export interface Outcome {
  readonly sample: Sample;
  readonly said: string;
  readonly byHttp: { readonly id: string; readonly action: string };
}

export async function sendBySmtp(port: number, envelope: Envelope, raw: Buffer): Promise<string> {
  const smtp = await openSmtp(port);
  const said = await smtp.send(envelope, raw);
  await smtp.quit();
  return said;
}

/** What the samples ask to be known. */
export async function learnCommonHistory(url: string, samples: readonly Sample[]): Promise<void> {
  for (const message of samples[0]?.history ?? []) await ask(url, 'observations', message);
}

/** The samples one after the other, as mail that comes in. */
export async function sendGolden(
  samples: readonly Sample[],
  { port, url, envelopeOf }: { port: number; url: string; envelopeOf: (sample: Sample) => Envelope },
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const sample of samples) {
    const { context, raw } = sample;
    const envelope = envelopeOf(sample);
    const said = await sendBySmtp(port, envelope, raw);
    const asked = { ...context, direction: 'inbound', envelope, raw, receivedAt: Date.now() } as const;
    outcomes.push({ sample, said, byHttp: await ask(url, 'messages', asked) });
  }
  return outcomes;
}

/** From this machine: for servers that know no XCLIENT. */
export const withoutClient = ({ context }: Sample): Envelope => {
  const { mailFrom = '', rcptTo } = context.envelope;
  return { mailFrom, rcptTo };
};
