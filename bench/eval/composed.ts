/** Attackers that only models are trained on: put together at random from what the fixed classes are made of. */
import { isFreemail } from '../../src/text/lists.ts';
import {
  atFreemail,
  graft,
  inThread,
  localPartFor,
  lookAlike,
  lookAlikeDomain,
  mailer,
  type Scene,
  unaligned,
} from '../../src/trial/graft.ts';
import { headerOf, type Mail, type Mailer, mailerOf, withHeader } from '../../src/trial/mail.ts';
import type { Delivered } from '../../src/trial/transport.ts';
import type { Random } from '../random.ts';
import { hostedAs, relayedAs } from './copied.ts';

/** What an attacker may show of whom he claims to be, in shares of twentieths. */
const SHARES = { spoof: 7, account: 4, 'look-alike': 4, freemail: 3, elsewhere: 2 } as const;
export type Disguise = keyof typeof SHARES;
export const DISGUISES = Object.keys(SHARES) as readonly Disguise[];
const drawn = Object.entries(SHARES).flatMap(([name, share]) => new Array<Disguise>(share).fill(name as Disguise));

/**
 * An attacker put together at random from what the fixed classes are made of: what models are trained on. Some come out as one of the fixed
 * classes would, most as none of them, so that a model learns the parts and not the nine wholes (detection.md §0.5).
 */
export function composed(scene: Scene, random: Random): (Delivered & { readonly disguise: Disguise }) | undefined {
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
  const copied = random.chance(0.35) ? relayedAs(made.transport, victim.transport) : made.transport;
  const transport = random.chance(0.2) ? hostedAs(copied, victim.transport) : copied;
  const changed = { transport, mail };
  return { ...(random.chance(0.35) ? inThread(changed, scene, random) : changed), disguise };
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
