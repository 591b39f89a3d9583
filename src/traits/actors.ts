/** Who really acts in the mail of a sharing, signing, invoicing or meeting platform, by the platform's own way of saying it. */
import type { NamedAddress, ParsedMail } from '../domain/mail.ts';
import type { Actor, Authentication, CalendarInvite, Sender } from '../domain/message.ts';
import { nameKey } from '../text/names.ts';
import { organisationalDomain } from '../text/organisationalDomain.ts';
import { actorIn, type NamedActor, type Platform, platformOf, readActor } from '../text/platforms.ts';

const MAX_LINES = 60; // of the body: platforms say it at the top
const MAX_TEXT = 8 * 1024; // characters of the body that are looked at
const NO_REPLY = /^(?:no-?reply|do-?not-?reply|bounces?|notifications?|mailer)\b/;

/**
 * At most one actor; none when the sender is no platform of models/platforms.json, when the border says that the mail is not the sender's
 * (a forgery is other detectors' business), and when it does not say for whom it is. `text` is the body as read, '' if unreadable.
 */
export function actors(
  mail: Pick<ParsedMail, 'headers' | 'subject'>,
  text: string,
  sender: Sender | undefined,
  authentication: Authentication | undefined,
  invites: readonly CalendarInvite[] = [],
): readonly Actor[] {
  if (sender === undefined || authentication?.isAligned === false) return [];
  const platform = platformOf(sender.address);
  if (platform === undefined) return [];
  const target = replyTarget(sender, platform);
  const inFrom = sender.name === undefined ? undefined : actorIn(sender.name, 'from', platform);
  const said =
    inFrom ?? inHeaders(mail, platform) ?? actorIn(mail.subject, 'subject', platform) ?? inText(text, platform);
  const host = platform.kind === 'meeting' ? organizerIn(invites, platform) : undefined;
  const name = said?.name ?? target?.name ?? host?.name;
  const address = target ?? host ?? addressOf(said?.address);
  const addressFrom = target !== undefined ? 'Reply-To' : host !== undefined ? 'organizer' : 'words';
  if (name === undefined && address === undefined) return [];
  const key = name === undefined ? undefined : nameKey(name);
  return [
    {
      platform: platform.id,
      kind: platform.kind,
      ...(name === undefined ? {} : { name }),
      ...(key === undefined ? {} : { nameKey: key }),
      ...(address === undefined ? {} : { address, addressFrom }),
      isAuthenticated: authentication !== undefined,
      isNamedInFrom: inFrom?.name !== undefined,
    },
  ];
}

/** Where replies go, when that is not back to the platform. */
const replyTarget = ({ replyTo, orgDomain }: Sender, platform: Platform): NamedAddress | undefined =>
  replyTo.find(
    (target) =>
      target.orgDomain !== '' &&
      target.orgDomain !== orgDomain &&
      !NO_REPLY.test(target.local) &&
      platformOf(target.address)?.id !== platform.id,
  );

/** Who holds the meeting, when that is not the platform. */
const organizerIn = (invites: readonly CalendarInvite[], platform: Platform): NamedAddress | undefined =>
  invites
    .map(({ organizer }) => organizer)
    .find((one) => one !== undefined && platformOf(one.address)?.id !== platform.id);

function inHeaders({ headers }: Pick<ParsedMail, 'headers'>, platform: Platform): NamedActor | undefined {
  if (platform.headers.length === 0) return undefined;
  const found = headers.find(({ name }) => platform.headers.includes(name));
  return found === undefined ? undefined : readActor(found.value);
}

function inText(text: string, platform: Platform): NamedActor | undefined {
  if (platform.patterns.text.length === 0) return undefined;
  for (const line of text.slice(0, MAX_TEXT).split('\n', MAX_LINES)) {
    const found = actorIn(line, 'text', platform);
    if (found !== undefined) return found;
  }
  return undefined;
}

function addressOf(address: string | undefined): NamedAddress | undefined {
  if (address === undefined) return undefined;
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return { address, local: address.slice(0, at), domain, orgDomain: organisationalDomain(domain) };
}
