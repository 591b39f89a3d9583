/**
 * Attackers of a mailbox, made from its own stream at the moment they would have come (attacker models of Gascon+ 2018). Synthetic, and
 * called so in every report.
 */
import { isFreemail } from '../text/lists.ts';
import { atFreemail, graft, inThread, lookAlike, type Scene, unaligned } from './graft.ts';
import { headerOf, mailerOf, withHeader } from './mail.ts';
import type { Random } from './random.ts';
import type { Delivered } from './transport.ts';
import type { Attack } from './trial.ts';

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

/** The surgery of the synthetic classes without their attack: what is found of it is found in the surgery. */
export const CANARY = 'canary';

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

/** The same surgery with the identity left alone. */
export function canary(scene: Scene, random: Random): Delivered | undefined {
  const { colleague, stranger } = scene;
  const writer = random.pick([stranger, colleague ?? stranger]) ?? stranger;
  const person = mailerOf(headerOf(writer.mail, 'from'));
  return person === undefined ? undefined : graft(writer.mail, person, writer.transport, scene, random);
}

/** What is put into a stream: each class, and the control, with the chance `rate` at every inbound message. */
export const attacksAt = (rate: number): readonly Attack[] => [
  ...SYNTHETIC.map(
    (kind): Attack => ({ kind, rate, make: (scene, random) => attack(kind, scene, random), mayCarryLink: true }),
  ),
  { kind: CANARY, rate, make: canary, mayCarryLink: false },
];
