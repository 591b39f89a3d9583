/**
 * A mail under another identity. Text, recipients, time and format are copied from real mails of the same stream, so that no format or era
 * gives an attack away (detection.md §8.2).
 */
import { isFreemail } from '../text/lists.ts';
import { headerOf, type Mail, type Mailer, withHeader, withoutReplyMark } from './mail.ts';
import type { Random } from './random.ts';
import { type Delivered, rfc5322Date, type Transport } from './transport.ts';

/** What an attacker of this mailbox has to work with. */
export interface Scene {
  readonly mailbox: string;
  readonly at: number;
  /** The message whose place the attack takes: recipients and time. */
  readonly carrierOfRecipients: Mail;
  /** Latest mail of the impersonated correspondent. */
  readonly victim: Delivered;
  /** A mail of somebody at another domain, of somebody at the victim's domain, and of a freemail user. */
  readonly stranger: Delivered;
  readonly colleague?: Delivered;
  readonly freemailer?: Delivered;
  /** Message-IDs the mailbox has seen lately, with their subjects. */
  readonly threads: readonly { readonly messageId: string; readonly subject: string }[];
}

/** The writer's headers and body under another identity, fresh: new id, the time of the place it takes, that place's recipients, no thread. */
export function graft(writer: Mail, from: Mailer, transport: Transport, scene: Scene, random: Random): Delivered {
  const zone = headerOf(writer, 'date')?.match(/[+-]\d{4}/)?.[0] ?? '+0000';
  const isShownAlone = from.name === '';
  let mail = withHeader(writer, 'From', isShownAlone ? from.address : `${quoted(from.name)} <${from.address}>`);
  mail = withHeader(mail, 'Date', rfc5322Date(scene.at, zone));
  mail = withHeader(mail, 'Message-ID', freshId(headerOf(writer, 'message-id') ?? '<a@b.example>', random));
  mail = withHeader(mail, 'Subject', withoutReplyMark(headerOf(writer, 'subject') ?? ''));
  for (const name of ['In-Reply-To', 'References', 'Reply-To', 'Thread-Index', 'Thread-Topic'])
    mail = withHeader(mail, name, undefined);
  for (const name of ['To', 'Cc'])
    mail = withHeader(mail, name, headerOf(scene.carrierOfRecipients, name.toLowerCase()));
  return { mail, transport };
}

/** What the border says when From claims the victim's domain and the servers are the stranger's. */
export const unaligned = (servers: Transport, claimed: Transport): Transport => ({
  ...servers,
  dmarc: claimed.dmarc === 'none' ? 'none' : 'fail',
});

export function lookAlike(scene: Scene, person: Mailer, random: Random): Delivered | undefined {
  if (isFreemail(person.domain)) return undefined;
  const domain = lookAlikeDomain(person.domain, random);
  const impostor = mailer(person.name, `${person.address.split('@')[0]}@${domain}`);
  const { victim, stranger } = scene;
  const signed = victim.transport.dkim.length > 0;
  return graft(
    victim.mail,
    impostor,
    {
      ...stranger.transport,
      spf: victim.transport.spf === 'none' ? 'none' : 'pass',
      spfDomain: domain,
      dkim: signed ? [domain] : [],
      signatures: victim.transport.signatures.map((value) => value.replace(/\bd=[\w.-]+/i, `d=${domain}`)),
      dmarc: victim.transport.dmarc === 'none' ? 'none' : 'pass',
    },
    scene,
    random,
  );
}

export function inThread(made: Delivered, { threads }: Scene, random: Random): Delivered {
  const thread = random.pick(threads);
  if (thread === undefined) return made;
  let mail = withHeader(made.mail, 'Subject', `Re: ${withoutReplyMark(thread.subject)}`);
  mail = withHeader(mail, 'In-Reply-To', thread.messageId);
  return { ...made, mail: withHeader(mail, 'References', thread.messageId) };
}

/** The person's name over a fresh freemail address, sent as the provider's user `sender` sends. */
export function atFreemail(writer: Mail, person: Mailer, sender: Delivered, scene: Scene, random: Random): Delivered {
  const impostor = mailer(person.name, `${localPartFor(person)}${random.below(900) + 100}@gmail.com`);
  const transport = { ...sender.transport, spfDomain: 'gmail.com', dkim: ['gmail.com'], spf: 'pass' };
  return graft(writer, impostor, transport, scene, random);
}

export const localPartFor = ({ name }: Mailer): string => name.toLowerCase().replace(/[^a-z]+/g, '.') || 'office';

export const mailer = (name: string, address: string): Mailer => ({
  name,
  address,
  domain: address.slice(address.indexOf('@') + 1),
});

const quoted = (name: string): string => (/^[\w .'-]*$/.test(name) || name.startsWith('=?') ? name : `"${name}"`);

/** Same shape, other digits and letters on the left of the @. */
function freshId(id: string, random: Random): string {
  const [left = '', right = ''] = id.split('@');
  const digits = left.replace(/[0-9]/g, () => String(random.below(10)));
  return `${digits.replace(/[a-f]/g, () => 'abcdef'[random.below(6)] ?? 'a')}@${right || 'mail.example>'}`;
}

/** Five kinds of mutation (detection.md §8.2): homoglyph, suffix, added word, doubled or dropped letter, transposition. */
export function lookAlikeDomain(domain: string, random: Random): string {
  const [first = '', ...rest] = domain.split('.').length > 2 ? domain.split('.').slice(-2) : domain.split('.');
  const suffix = rest.join('.') || 'com';
  const at = random.below(Math.max(1, first.length - 1));
  const swapped = `${first.slice(0, at)}${first[at + 1] ?? ''}${first[at] ?? ''}${first.slice(at + 2)}`;
  const homoglyph = first.replace(/l|i|o|m/, (letter) => ({ l: '1', i: 'l', o: '0', m: 'rn' })[letter] ?? letter);
  const others = ['co', 'net', 'org', 'us', 'online', 'com'].filter((other) => other !== suffix);
  const made = [
    `${homoglyph}.${suffix}`,
    `${first}.${random.pick(others)}`,
    `${first}-${random.pick(['group', 'mail', 'corp', 'billing'])}.${suffix}`,
    `${first.slice(0, at + 1)}${first[at] ?? ''}${first.slice(at + 1)}.${suffix}`,
    `${swapped}.${suffix}`,
  ].filter((candidate) => candidate !== `${first}.${suffix}`);
  return random.pick(made) ?? `${first}-mail.${suffix}`;
}
