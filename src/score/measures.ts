/**
 * Numbers that the trees read beside findings and credits: how much is known, and how far this message is from it. Counts enter as
 * ln(1 + n), shares as they are, surprises as −ln p (detection.md §3). None judges; each belongs to a detector or a credit, under whose
 * name its effect is shown to people.
 */
import {
  alignedShare,
  type Baseline,
  CLIENT_HABITS,
  type Habit,
  type HabitName,
  type NameBinding,
  type Prevalence,
  type Tally,
  TRANSPORT_HABITS,
} from '../domain/baseline.ts';
import { actorAddresses, type Message } from '../domain/message.ts';

/**
 * To an address that From does not show, neither as its own nor by name: a form service names the one who filled in the form. A platform
 * (models/platforms.json) sends replies to whom it writes for: `unknown-actor` judges who that is.
 */
export const repliesElsewhere = ({ sender, actors = [] }: Message): boolean => {
  const intended = actors.find(({ isAuthenticated }) => isAuthenticated)?.address?.address;
  const shown = [sender?.address, sender?.addressInName, intended];
  return (sender?.replyTo ?? []).some(({ address }) => !shown.includes(address));
};

export interface Measure {
  readonly id: string;
  /** Detector or credit under whose name its effect is shown. */
  readonly group: string;
  readonly of: (message: Message, baseline: Baseline) => number;
}

const DAY_MS = 86_400_000;
const UNKNOWN = -1; // below every value that can be had: a tree may split "not known" off
const SURPRISING = -Math.log(0.01);

const ln = (count: number | undefined): number => Math.log1p(count ?? 0);
const countOf = (tally: Tally | undefined): number => ln(tally?.messageCount);
const daysSince = (tally: Tally | undefined, { receivedAt }: Message): number =>
  tally === undefined ? UNKNOWN : ln(Math.max(0, receivedAt - tally.lastAt) / DAY_MS);

/** What a person keeps under another address: some of it the program, some the place, some the hand. */
const BESIDE_HOLDER: Readonly<Record<string, readonly HabitName[]>> = {
  client: CLIENT_HABITS,
  transport: TRANSPORT_HABITS,
  timeZone: ['timeZone'],
  signOff: ['signOff'],
  sendingNetwork: ['sendingNetwork'],
};

const surpriseOf = ({ habits }: Baseline, name: HabitName): number =>
  habits.find((habit) => habit.trait === name)?.surprise ?? UNKNOWN;
const named = (habits: readonly Habit[], names: readonly HabitName[]): readonly Habit[] =>
  habits.filter(({ trait }) => names.includes(trait));
const surpriseIn = (habits: readonly Habit[], names: readonly HabitName[]): number =>
  sum(named(habits, names).map(({ surprise }) => surprise));
const domainSurprise =
  (names: readonly HabitName[]): Measure['of'] =>
  (_, { habits }) =>
    habits.length === 0 ? UNKNOWN : sum(named(habits, names).map((habit) => habit.domainSurprise));
export const isSurprising = ({ surprise }: Habit): boolean => surprise > SURPRISING;
/** Of who bears the name of another address; UNKNOWN where the name is nobody else's. */
const ofHolder =
  (of: (habits: readonly Habit[]) => number): Measure['of'] =>
  (_, { nameHolderHabits: habits }) =>
    habits === undefined ? UNKNOWN : of(habits);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const measure = (group: string, id: string, of: Measure['of']): Measure => ({ id, group, of });

/** Of the sender, else of its domain. */
function expectedShare({ profile, domainProfile }: Baseline): number {
  const checked = [profile, domainProfile].find((one) => (one?.checkedCount ?? 0) > 0);
  return checked === undefined ? UNKNOWN : alignedShare(checked);
}

const alignedNow = ({ authentication }: Message): number =>
  authentication === undefined ? UNKNOWN : Number(authentication.isAligned);

const hourSurprise = ({ receivedAt }: Message, { profile }: Baseline): number => {
  const hours = profile?.hours ?? [];
  const total = sum(hours);
  if (hours.length !== 24 || total === 0) return UNKNOWN;
  const hour = new Date(receivedAt).getUTCHours();
  const near = (hours[hour] ?? 0) + 0.7 * ((hours[(hour + 1) % 24] ?? 0) + (hours[(hour + 23) % 24] ?? 0));
  return -Math.log((near + 0.5) / (2.4 * total + 12));
};

const ALONE = 1; // nobody else is shown: nothing strange about its readers. One in twenty list mails is so, business mail mostly

/** Whom the mail shows as its readers beside the mailbox and its writer. */
export const otherReaders = ({ recipients, sender }: Message, mailbox: string): readonly string[] =>
  (recipients?.addresses ?? []).filter((one) => one !== mailbox && one !== sender?.address);

const recipientShare = (message: Message, { correspondent, mailbox }: Baseline): number => {
  const beside = otherReaders(message, mailbox);
  if (correspondent === undefined) return UNKNOWN;
  if (beside.length === 0) return ALONE;
  return beside.filter((one) => correspondent.coRecipients.has(one)).length / beside.length;
};

/** Others than the writer: a list that rewrites From, and a platform, show a name over an address of their own. */
export function holders(
  { sender, bulk, actors = [] }: Message,
  bindings: readonly NameBinding[],
): readonly NameBinding[] {
  const author = bulk?.isList === true ? sender?.originalAuthor?.address : undefined;
  const acting = actorAddresses(actors);
  return bindings.filter(({ address }) => address !== author && !acting.includes(address));
}

/** How many a mail leads to says what kind of mail it is: what only stands in the text of its files has no part in that. */
function linkedDomains({ links }: Message, { linkDomains }: Baseline): readonly Prevalence[] {
  const domains = (isWritten: boolean): ReadonlySet<string> =>
    new Set(links?.all.filter((link) => (link.isWritten === true) === isWritten).map(({ orgDomain }) => orgDomain));
  const [written, linked] = [domains(true), domains(false)];
  return [...linkDomains].flatMap(([domain, seen]) => (written.has(domain) && !linked.has(domain) ? [] : [seen]));
}

const newLinks = (message: Message, baseline: Baseline, count: 'mailboxCount' | 'tenantCount'): number =>
  ln(linkedDomains(message, baseline).filter((seen) => seen[count] === 0).length);

export const newKinds = ({ attachments = [] }: Message, { correspondent, attachmentKinds }: Baseline): number =>
  attachments.filter(({ kind }) => !attachmentKinds.has(kind) || !correspondent?.attachmentKinds.has(kind)).length;

/** Kinds that the mail to learn from has in phish alone, if at all: as a new request of a sender they would weigh by the topic. */
const UNTAUGHT: ReadonlySet<string> = new Set(['trade-document', 'data-request', 'job-lure']);

/** What it asks for that its sender never did. */
export const newIntents = ({ content }: Message, { correspondent }: Baseline): number =>
  new Set(
    (content?.intents ?? [])
      .map(({ intent }) => intent)
      .filter((one) => !UNTAUGHT.has(one) && !correspondent?.intents.has(one)),
  ).size;

/** It answers the owner, by somebody who took part: a Message-ID can be copied. */
export const isInOwnThread = (writer = '', threads: Baseline['threads']): boolean =>
  [...threads.values()].some(({ isOwn, participants }) => isOwn && participants.has(writer));

/** Every measure, by topic. The order means nothing: models name them. */
export const measures: readonly Measure[] = [
  // how well the sender is known
  measure('known-sender', 'received-count', (_, { correspondent }) => countOf(correspondent?.received)),
  measure('known-sender', 'received-recently', (_, { correspondent }) => ln(correspondent?.received?.recentCount)),
  measure('known-for-days', 'received-days', (_, { correspondent }) => ln(correspondent?.received?.distinctDays)),
  measure('dormant-correspondent', 'days-since-received', (m, { correspondent }) =>
    daysSince(correspondent?.received, m),
  ),
  measure('written-to', 'sent-count', (_, { correspondent }) => countOf(correspondent?.sent)),
  measure('replied-to', 'replied-count', (_, { correspondent }) => ln(correspondent?.repliedCount)),
  measure('known-domain', 'domain-received', (m, { domain }) => (m.sender?.isFreemail ? 0 : countOf(domain?.received))),
  measure('known-domain', 'domain-sent', (m, { domain }) => (m.sender?.isFreemail ? 0 : countOf(domain?.sent))),
  measure('known-domain', 'domain-senders', (m, { domain }) => (m.sender?.isFreemail ? 0 : ln(domain?.senderCount))),
  measure('known-to-tenant', 'tenant-received', (_, { profile }) => countOf(profile?.received)),
  measure('known-to-tenant', 'tenant-mailboxes', (_, { profile }) => ln(profile?.mailboxCount)),
  measure('known-to-tenant', 'tenant-domain-received', (m, { domainProfile }) =>
    m.sender?.isFreemail ? 0 : countOf(domainProfile?.received),
  ),
  // whose name it bears
  measure('name-bound-elsewhere', 'name-holder-mails', (m, b) => ln(holders(m, b.nameBindings)[0]?.messageCount)),
  measure('name-bound-elsewhere', 'name-holder-solicited', (m, b) =>
    Number(holders(m, b.nameBindings).some(({ isSolicited }) => isSolicited)),
  ),
  measure('name-bound-elsewhere', 'tenant-name-holder-mails', (m, b) =>
    ln(holders(m, b.tenantNameBindings)[0]?.messageCount),
  ),
  measure('lookalike-correspondent-domain', 'imitated-domain-mails', (_, { senderResemblances }) =>
    ln(Math.max(0, ...senderResemblances.map(({ messageCount }) => messageCount))),
  ),
  measure('reply-to-diversion', 'reply-to-elsewhere', (m) => Number(repliesElsewhere(m))),
  // authentication against what is usual
  measure('authentication-failure', 'aligned-now', alignedNow),
  measure('authentication-regression', 'aligned-share', (_, baseline) => expectedShare(baseline)),
  measure('authentication-regression', 'aligned-missing', (m, baseline) =>
    alignedNow(m) === UNKNOWN ? UNKNOWN : Math.max(0, expectedShare(baseline)) - alignedNow(m),
  ),
  measure('authentication-failure', 'dmarc-fails', ({ authentication }) => Number(authentication?.dmarc === 'fail')),
  measure('authentication-failure', 'spf-passes', ({ authentication }) => Number(authentication?.spf === 'pass')),
  measure('authentication-failure', 'dkim-domains', ({ authentication }) =>
    authentication === undefined ? UNKNOWN : authentication.dkimPassDomains.length,
  ),
  measure('authentication-regression', 'unauthenticated-days', (_, { profile }) => ln(profile?.unauthenticatedDays)),
  measure('mail-from-mismatch', 'mail-from-elsewhere', ({ route, sender }) =>
    route?.mailFromOrgDomain === undefined ? UNKNOWN : Number(route.mailFromOrgDomain !== sender?.orgDomain),
  ),
  // servers and program against what is usual
  ...TRANSPORT_HABITS.map((name) => measure('new-infrastructure', `surprise-${name}`, (_, b) => surpriseOf(b, name))),
  ...CLIENT_HABITS.map((name) => measure('new-client', `surprise-${name}`, (_, b) => surpriseOf(b, name))),
  measure('new-infrastructure', 'surprise-transport', (_, { habits }) => surpriseIn(habits, TRANSPORT_HABITS)),
  measure('new-infrastructure', 'domain-surprise-transport', domainSurprise(TRANSPORT_HABITS)),
  measure('new-infrastructure', 'domain-surprise-relayPath', domainSurprise(['relayPath'])),
  measure('new-infrastructure', 'domain-surprise-sendingNetwork', domainSurprise(['sendingNetwork'])),
  measure('new-client', 'domain-surprise-client', domainSurprise(CLIENT_HABITS)),
  measure('new-client', 'surprise-client', (_, { habits }) => surpriseIn(habits, CLIENT_HABITS)),
  measure('new-client', 'surprising-traits', (_, { habits }) => habits.filter(isSurprising).length),
  measure('unusual-hour', 'surprise-hour', hourSurprise),
  // whether who bears the name of another address writes as that address does: people have private ones
  ...Object.entries(BESIDE_HOLDER).map(([what, names]) =>
    measure(
      'name-bound-elsewhere',
      `holder-surprise-${what}`,
      ofHolder((habits) => surpriseIn(habits, names)),
    ),
  ),
  measure(
    'name-bound-elsewhere',
    'holder-surprising-traits',
    ofHolder((habits) => named(habits, CLIENT_HABITS).filter(isSurprising).length),
  ),
  // the conversation; how often mail begins threads or has many readers is left out: that is a habit of lists, not of attackers
  measure('own-thread', 'own-thread-known', ({ sender }, { threads }) =>
    Number(isInOwnThread(sender?.address, threads)),
  ),
  measure('unusual-recipients', 'recipients-known', recipientShare),
  // what it carries
  measure('new-link-domain', 'new-link-domains', (m, b) => newLinks(m, b, 'mailboxCount')),
  measure('new-link-domain', 'tenant-new-link-domains', (m, b) => newLinks(m, b, 'tenantCount')),
  measure('new-link-domain', 'link-domains', (m, b) => ln(linkedDomains(m, b).length)),
  measure('new-attachment-type', 'new-attachment-kinds', newKinds),
  measure('new-attachment-type', 'attachments', ({ attachments }) => ln(attachments?.length)),
  measure('credential-request', 'new-intents', newIntents),
  measure('payment-request', 'pressure', ({ content }) => ln(content?.pressureQuotes.length)),
];
