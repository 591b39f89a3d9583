import type { Baseline } from '../domain/baseline.ts';
import { detector, skip } from '../domain/finding.ts';
import type { Quote, QuotedPerson, Recipients, Sender } from '../domain/message.ts';
import { nameKey } from '../text/names.ts';
import { exchangedCount, isSameParty, OUTBOUND } from './history/relations.ts';

const OWNER_AND_CORRESPONDENT = 0.9; // a conversation that would be known here, if there had been one
const OWNER = 0.6; // people do pass on mail that the owner once wrote to them
const CORRESPONDENT = 0.4; // likewise, of somebody the owner knows
const FORWARDED = 0.5; // said to be passed on
const KNOWN_DOMAIN = 0.4; // a colleague of people one knows

/**
 * A stranger quotes a conversation of this mailbox's owner or of a correspondent, in which the stranger took no part and of which no mail
 * is known here. 0 or 1 indicator; strength 0.9 when both are named, less for one, in forwards and from known organisations. Silent for
 * known senders and colleagues, who pass mail on; skipped until the mailbox is steady. Source: scenarios "reply chain"; sublime-rules "fake thread".
 */
export const forgedQuote = detector({
  id: 'forged-quote',
  family: 'conversation',
  attack: 'T1656',
  needs: ['quotes', 'sender', 'thread', 'recipients', 'bulk'],
  detect({ quotes, sender, thread, recipients, bulk, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    if (quotes.length === 0 || bulk.isList || sender.isOwnDomain || exchangedCount(baseline.correspondent) > 0)
      return [];
    if (baseline.threads.size > 0 || quotes.some((quote) => personsIn(quote).some((one) => isThis(one, sender))))
      return [];
    if (baseline.maturity.stage !== 'steady') return skip('the mailbox is too young to know its conversations');
    const owner = ownerIn(recipients, baseline);
    const ofOwner = quotes.find((quote) => personsIn(quote).some(owner));
    const ofCorrespondent = quotes.find(({ writer }) => isKnown(writer, baseline));
    const shown = ofOwner ?? ofCorrespondent;
    if (shown === undefined) return [];
    const certainty =
      ofOwner === undefined ? CORRESPONDENT : ofCorrespondent === undefined ? OWNER : OWNER_AND_CORRESPONDENT;
    const strength =
      certainty *
      (thread.isForward ? FORWARDED : 1) *
      (!sender.isFreemail && exchangedCount(baseline.domain) > 0 ? KNOWN_DOMAIN : 1);
    const evidence = [shown, ...(ofCorrespondent === undefined || ofCorrespondent === shown ? [] : [ofCorrespondent])];
    return [
      {
        strength,
        evidence: evidence.map((quote) => ({
          where: 'quoted mail',
          quote: quoteOf(quote),
          expected: 'a thread known here',
        })),
      },
    ];
  },
});

const personsIn = ({ writer, readers }: Quote): readonly QuotedPerson[] => [writer, ...readers];

/** The sender, or a colleague; by name only where no address is shown, for an impostor bears the name. */
const isThis = (one: QuotedPerson, { address, nameKey: key }: Sender): boolean =>
  one.address === undefined ? key !== undefined && one.nameKey === key : isSameParty(one.address, address);

/** Whether a quoted person is the owner, by address, or by the name that stands beside it in To. */
function ownerIn({ to, cc }: Recipients, { mailbox }: Baseline): (one: QuotedPerson) => boolean {
  const { name = '' } = [...to, ...cc].find(({ address }) => address === mailbox) ?? {};
  const key = nameKey(name);
  return (one) => (one.address === undefined ? key !== undefined && one.nameKey === key : one.address === mailbox);
}

const isKnown = ({ address }: QuotedPerson, { correspondents }: Baseline): boolean =>
  address !== undefined && exchangedCount(correspondents.get(address)) > 0;

const quoteOf = ({ writer, shownDate }: Quote): string =>
  `${writer.nameKey ?? ''} ${writer.address === undefined ? '' : `<${writer.address}>`}${shownDate === undefined ? '' : `, ${shownDate}`}`
    .trim()
    .slice(0, 200);
