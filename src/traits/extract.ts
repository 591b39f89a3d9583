/** ParsedMail → Message: every trait that can be had. Facts only; the order of the lines is the order in which traits need each other. */
import type { Defect, ParsedMail, Submission } from '../domain/mail.ts';
import type { Actor, Authentication, Content, Message, Sender, Traits } from '../domain/message.ts';
import type { Organisation } from '../domain/organisation.ts';
import { isFreemail } from '../text/lists.ts';
import { actors } from './actors.ts';
import { readAttachments } from './attachments.ts';
import { authentication } from './authentication.ts';
import { bulk } from './bulk.ts';
import { readInvites } from './calendar.ts';
import { client } from './client.ts';
import { content } from './content.ts';
import { contentHash } from './contentHash.ts';
import { BODY_HTML, readHtml } from './html.ts';
import { linksOfAttachedMail, readLinks } from './links.ts';
import { money } from './money.ts';
import { newPictureBudget, type PictureBudget } from './qr/qrCodes.ts';
import { drawnLinks } from './qr/qrLinks.ts';
import { quotes } from './quotes.ts';
import { recipients } from './recipients.ts';
import { route } from './route.ts';
import { sender } from './sender.ts';
import { thread } from './thread.ts';

/** Never throws for any mail. What lies below the headers is absent when the parser gave up: nothing is known of it. */
export async function extractTraits(
  mail: ParsedMail,
  submission: Submission,
  organisation: Organisation,
  pictures: PictureBudget = newPictureBudget(),
  mayOpenLocks = true,
): Promise<Message> {
  const hash = contentHash(mail, submission.raw);
  const fromHeaders = headerTraits(mail, submission, organisation);
  const isReadable = mail.defects.every(({ code }) => code !== 'unparseable');
  const { traits: fromBody, defects: bodyDefects } = isReadable
    ? await bodyTraits(mail, fromHeaders, pictures, mayOpenLocks)
    : { traits: undefined, defects: [] };
  const { sender: from, authentication: claim } = fromHeaders;
  const acting = actors(mail, fromBody?.content.text ?? '', from, claim, fromBody?.invites);
  return {
    id: mail.messageId ?? `sha256:${hash}`,
    contentHash: hash,
    subject: mail.subject,
    direction: submission.direction,
    envelope: submission.envelope,
    receivedAt: submission.receivedAt,
    sizeBytes: mail.sizeBytes,
    defects: [
      ...mail.defects,
      ...cutDefects(mail),
      ...lateDefects(pictures),
      ...bodyDefects,
      ...(submission.verification?.defects ?? []),
    ],
    ...fromHeaders,
    ...fromBody,
    actors: acting,
    ...(fromBody === undefined ? {} : sayings(fromBody.content, from, acting[0])),
  };
}

/** What the text says of accounts and of other mails. */
const sayings = (
  said: Content,
  from: Sender | undefined,
  actor: Actor | undefined,
): Pick<Traits, 'money' | 'quotes'> => ({
  money: money(said, from, actor),
  quotes: quotes(said.text),
});

type HeaderTraits = Omit<
  Traits,
  'sender' | 'authentication' | 'actors' | 'money' | 'quotes' | 'malwareScan' | keyof BodyTraits
> &
  Partial<Pick<Traits, 'sender' | 'authentication'>>;

function proofIn(claim: Authentication | undefined): Pick<Sender, 'isProved'> {
  if (claim?.isAligned === true) return { isProved: true };
  return claim?.isDisowned === true ? { isProved: false } : {};
}

function headerTraits(mail: ParsedMail, submission: Submission, organisation: Organisation): HeaderTraits {
  const from = sender(mail, ownDomains(submission, organisation));
  const claim = authentication(mail, organisation, submission.verification);
  return {
    ...(from === undefined ? {} : { sender: { ...from, ...proofIn(claim) } }),
    ...(claim === undefined ? {} : { authentication: claim }),
    route: route(mail, submission.envelope, claim),
    client: client(mail),
    thread: thread(mail),
    recipients: recipients(mail, submission.mailboxes),
    bulk: bulk(mail),
  };
}

type BodyTraits = Pick<Traits, 'links' | 'attachments' | 'content' | 'invites'>;

interface BodyRead {
  readonly traits: BodyTraits;
  readonly defects: readonly Defect[];
}

async function bodyTraits(
  mail: ParsedMail,
  { sender: from }: HeaderTraits,
  pictures: PictureBudget,
  mayOpenLocks: boolean,
): Promise<BodyRead> {
  const html = readHtml(mail.html);
  const drawn = await drawnLinks(mail, pictures);
  const files = await readAttachments(mail, pictures, mayOpenLocks);
  const calendar = readInvites(mail);
  const { links, defects } = readLinks(mail, html, [
    ...drawn,
    ...calendar.links,
    ...files.links,
    ...linksOfAttachedMail(mail.attachedBodies),
  ]);
  const traits: BodyTraits = {
    links,
    attachments: files.attachments,
    content: content(mail, html, from),
    invites: calendar.invites,
  };
  return { traits, defects: [...defects, ...files.defects] };
}

/** Configured, else the mailboxes' own: but everybody's neighbour at a mail provider is no colleague. */
function ownDomains({ mailboxes }: Submission, organisation: Organisation): readonly string[] {
  if (organisation.ownDomains.length > 0) return organisation.ownDomains;
  const domains = mailboxes.map((mailbox) => mailbox.slice(mailbox.lastIndexOf('@') + 1));
  return [...new Set(domains)].filter((domain) => domain !== '' && !isFreemail(domain));
}

const lateDefects = ({ unreadCount }: PictureBudget): readonly Defect[] =>
  unreadCount > 0
    ? [
        {
          code: 'unread-pictures',
          detail: `QR codes were not looked for in ${unreadCount} pictures: no time, or too large`,
        },
      ]
    : [];

const cutDefects = ({ html }: ParsedMail): readonly Defect[] =>
  html.length > BODY_HTML.htmlChars
    ? [{ code: 'size-limit', detail: `${html.length} characters of HTML read up to ${BODY_HTML.htmlChars}` }]
    : [];
