/**
 * Attacks made from the mailbox's own stream at the moment they would have come: text, recipients, time and format are copied from real
 * mails of the same stream, so that no format or era gives them away (detection.md §8.2; attacker models of Gascon+ 2018). Synthetic, and
 * called so in every report. Transport is written as the same border would have: see border.ts.
 */
import { isFreemail } from '../../src/text/lists.ts';
import type { Random } from '../random.ts';
import { BORDER, type Delivered, rfc5322Date, type Transport } from './border.ts';
import { headerOf, type Mail, type Mailer, mailerOf, withHeader } from './mail.ts';

export const SYNTHETIC = [
  'blind-spoof',
  'known-domain-spoof',
  'known-sender-spoof',
  'spoof-reply-to',
  'bec-display-name',
  'look-alike',
  'thread-hijack-look-alike',
  'account-takeover',
  'account-takeover-in-thread',
] as const;
export type SyntheticClass = (typeof SYNTHETIC)[number];

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

/** undefined when the scene lacks what the class needs (a colleague, a freemail user, a company domain). */
export function attack(kind: SyntheticClass, scene: Scene, random: Random): Delivered | undefined {
  const { victim, stranger, colleague, freemailer } = scene;
  const person = mailerOf(headerOf(victim.mail, 'from'));
  if (person === undefined) return undefined;
  const spoofed = (writer: Delivered) =>
    graft(writer.mail, person, unaligned(stranger.transport, victim.transport), scene, random);
  switch (kind) {
    case 'blind-spoof':
      return spoofed(stranger);
    case 'known-domain-spoof':
      return colleague === undefined || isFreemail(person.domain) ? undefined : spoofed(colleague);
    case 'known-sender-spoof':
      return spoofed(victim);
    case 'spoof-reply-to': {
      const reply = `${person.address.split('@')[0]}${random.below(90) + 10}@gmail.com`;
      const made = spoofed(victim);
      return { ...made, mail: withHeader(made.mail, 'Reply-To', `${person.name} <${reply}>`) };
    }
    case 'bec-display-name':
      return freemailer === undefined || person.name === ''
        ? undefined
        : atFreemail(freemailer.mail, person, freemailer, scene, random);
    case 'look-alike':
      return lookAlike(scene, person, random);
    case 'thread-hijack-look-alike': {
      const made = lookAlike(scene, person, random);
      return made === undefined ? undefined : inThread(made, scene, random);
    }
    case 'account-takeover':
      return graft((colleague ?? stranger).mail, person, victim.transport, scene, random);
    case 'account-takeover-in-thread':
      return inThread(graft((colleague ?? stranger).mail, person, victim.transport, scene, random), scene, random);
  }
}

/** What an attacker may show of whom he claims to be, in shares of twentieths. */
const DISGUISES = { spoof: 7, account: 4, 'look-alike': 4, freemail: 3, elsewhere: 2 } as const;
type Disguise = keyof typeof DISGUISES;
const drawn = Object.entries(DISGUISES).flatMap(([name, share]) => new Array<Disguise>(share).fill(name as Disguise));

/**
 * An attacker put together at random from what the fixed classes are made of: what models are trained on. Some come out as one of the fixed
 * classes would, most as none of them, so that a model learns the parts and not the nine wholes (detection.md §0.5).
 */
export function composed(scene: Scene, random: Random): Delivered | undefined {
  const { victim, stranger, colleague } = scene;
  const person = mailerOf(headerOf(victim.mail, 'from'));
  const writer = random.pick([stranger, stranger, colleague ?? stranger, victim]);
  const disguise = random.pick(drawn);
  if (person === undefined || writer === undefined || disguise === undefined) return undefined;
  const made = disguised(disguise, writer.mail, person, scene, random);
  if (made === undefined) return undefined;
  const change = (mail: Mail, chance: number, how: (mail: Mail) => Mail) => (random.chance(chance) ? how(mail) : mail);
  let mail = change(made.mail, 0.25, (one) => withHeader(one, 'Reply-To', replyElsewhere(person, random)));
  mail = change(mail, 0.15, (one) => withHeader(one, 'Subject', `Re: ${headerOf(one, 'subject') ?? ''}`));
  mail = change(mail, 0.3, (one) => withHeader(withHeader(one, 'To', scene.mailbox), 'Cc', undefined));
  const changed = { ...made, mail };
  return random.chance(0.35) ? inThread(changed, scene, random) : changed;
}

function replyElsewhere({ name, address, domain }: Mailer, random: Random): string {
  const isAtFreemail = random.chance(0.6) || isFreemail(domain);
  const elsewhere = isAtFreemail ? 'gmail.com' : lookAlikeDomain(domain, random);
  return `${name} <${address.split('@')[0]}${random.below(90)}@${elsewhere}>`;
}

/** The writer's mail under one of the identities that an attacker can have, sent as such a one would send it. */
function disguised(as: Disguise, writer: Mail, person: Mailer, scene: Scene, random: Random): Delivered | undefined {
  const { victim, stranger, colleague, freemailer } = scene;
  switch (as) {
    case 'spoof': {
      const servers = random.pick([stranger, colleague ?? stranger]) ?? stranger;
      return graft(writer, person, unaligned(servers.transport, victim.transport), scene, random);
    }
    case 'account':
      return graft(writer, person, victim.transport, scene, random);
    case 'look-alike':
      return lookAlike({ ...scene, victim: { ...victim, mail: writer } }, person, random);
    case 'freemail':
      return atFreemail(writer, person, freemailer ?? stranger, scene, random);
    case 'elsewhere': {
      const domain = mailerOf(headerOf(stranger.mail, 'from'))?.domain;
      if (domain === undefined) return undefined;
      return graft(writer, mailer(person.name, `${localPartFor(person)}@${domain}`), stranger.transport, scene, random);
    }
  }
}

/** The person's name over a fresh freemail address, sent as the provider's user `sender` sends. */
function atFreemail(writer: Mail, person: Mailer, sender: Delivered, scene: Scene, random: Random): Delivered {
  const impostor = mailer(person.name, `${localPartFor(person)}${random.below(900) + 100}@gmail.com`);
  const transport = { ...sender.transport, spfDomain: 'gmail.com', dkim: ['gmail.com'], spf: 'pass' };
  return graft(writer, impostor, transport, scene, random);
}

const localPartFor = ({ name }: Mailer): string => name.toLowerCase().replace(/[^a-z]+/g, '.') || 'office';

/**
 * No attack: the same surgery with the identity left alone. Whatever is found here is found in the surgery, and is a leak of the measurement.
 */
export function canary(scene: Scene, random: Random): Delivered | undefined {
  const { colleague, stranger } = scene;
  const writer = random.pick([stranger, colleague ?? stranger]) ?? stranger;
  const person = mailerOf(headerOf(writer.mail, 'from'));
  return person === undefined ? undefined : graft(writer.mail, person, writer.transport, scene, random);
}

/** The writer's headers and body under another identity, fresh: new id, the time of the place it takes, that place's recipients, no thread. */
function graft(writer: Mail, from: Mailer, transport: Transport, scene: Scene, random: Random): Delivered {
  const zone = headerOf(writer, 'date')?.match(/[+-]\d{4}/)?.[0] ?? '+0000';
  const isShownAlone = from.name === '';
  let mail = withHeader(writer, 'From', isShownAlone ? from.address : `${quoted(from.name)} <${from.address}>`);
  mail = withHeader(mail, 'Date', rfc5322Date(scene.at, zone));
  mail = withHeader(mail, 'Message-ID', freshId(headerOf(writer, 'message-id') ?? '<a@b.example>', random));
  mail = withHeader(mail, 'Subject', (headerOf(writer, 'subject') ?? '').replace(/^\s*((re|aw|fwd?|sv)\s*:\s*)+/i, ''));
  for (const name of ['In-Reply-To', 'References', 'Reply-To', 'Thread-Index', 'Thread-Topic'])
    mail = withHeader(mail, name, undefined);
  for (const name of ['To', 'Cc'])
    mail = withHeader(mail, name, headerOf(scene.carrierOfRecipients, name.toLowerCase()));
  return { mail, transport };
}

/** What the border says when From claims the victim's domain and the servers are the stranger's. */
const unaligned = (servers: Transport, claimed: Transport): Transport => ({
  ...servers,
  dmarc: claimed.dmarc === 'none' ? 'none' : 'fail',
});

function lookAlike(scene: Scene, person: Mailer, random: Random): Delivered | undefined {
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

function inThread(made: Delivered, { threads }: Scene, random: Random): Delivered {
  const thread = random.pick(threads);
  if (thread === undefined) return made;
  let mail = withHeader(made.mail, 'Subject', `Re: ${thread.subject.replace(/^\s*((re|aw|fwd?|sv)\s*:\s*)+/i, '')}`);
  mail = withHeader(mail, 'In-Reply-To', thread.messageId);
  return { ...made, mail: withHeader(mail, 'References', thread.messageId) };
}

/** Adds what attacks carry and the carrier text lacks: a link to a host nobody here has seen. A plain line of the body's own format. */
export function withPayload({ mail, transport }: Delivered, random: Random): Delivered {
  const host = `${random.pick(['secure-login', 'account-verify', 'docshare', 'invoice-portal', 'files-view'])}${random.below(100_000)}`;
  const url = `https://${host}.${random.pick(['com', 'net', 'top', 'org', 'info'])}/${random.pick(['view', 'd', 'auth', 'doc'])}/${random.below(1_000_000)}`;
  const isPlain = !/multipart|html|base64/i.test(
    `${headerOf(mail, 'content-type') ?? ''} ${headerOf(mail, 'content-transfer-encoding') ?? ''}`,
  );
  return isPlain ? { transport, mail: { ...mail, body: `Please see ${url}\n\n${mail.body}` } } : { transport, mail };
}

/** Real phishing as if it had been sent to this mailbox: its own wording, client and authentication, the mailbox in place of the redacted one. */
export function readdressed({ mail, transport }: Delivered, mailbox: string, at: number): Delivered {
  const swap = (text: string) => text.replaceAll('phishing@pot', mailbox);
  const body = swap(mail.body);
  const headers = mail.headers.map(([name, value]): [string, string] => [name, swap(value)]);
  const zone = headerOf(mail, 'date')?.match(/[+-]\d{4}/)?.[0] ?? '+0000';
  return { transport, mail: withHeader({ headers, body }, 'Date', rfc5322Date(at, zone)) };
}

const mailer = (name: string, address: string): Mailer => ({
  name,
  address,
  domain: address.slice(address.indexOf('@') + 1),
});

const quoted = (name: string): string => (/^[\w .'-]*$/.test(name) || name.startsWith('=?') ? name : `"${name}"`);

/** Same shape, other digits and letters on the left of the @. */
function freshId(id: string, random: Random): string {
  const [left = '', right = ''] = id.split('@');
  const digits = left.replace(/[0-9]/g, () => String(random.below(10)));
  return `${digits.replace(/[a-f]/g, () => 'abcdef'[random.below(6)] ?? 'a')}@${right || `${BORDER}>`}`;
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
