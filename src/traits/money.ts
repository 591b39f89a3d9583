/** Where the mail says that money shall go: account numbers, of which a mark, the country and the last four digits are kept. */
import type { Account, Actor, Content, Money, Sender } from '../domain/message.ts';
import { type AccountFound, findAccounts } from '../text/accountNumbers.ts';
import { isFreemail } from '../text/lists.ts';
import { accountMark } from '../text/mark.ts';

/** What stands only in quoted text is said to be. Marks are of one holder's accounts: another holder's have others. */
export function money(
  { text, newText }: Pick<Content, 'text' | 'newText'>,
  sender: Sender | undefined,
  actor?: Actor,
): Money {
  const holder = actor === undefined ? holderBehind(sender) : holderActing(actor);
  const { accounts, cardCount } = findAccounts(text);
  if (accounts.length === 0) return { holder, accounts: [], cardCount };
  const added = new Set(findAccounts(newText).accounts.map(({ number }) => number));
  return { holder, accounts: accounts.map((one) => accountOf(one, holder, !added.has(one.number))), cardCount };
}

const accountOf = ({ kind, country, number }: AccountFound, holder: string, isQuoted: boolean): Account => ({
  kind,
  ...(country === undefined ? {} : { country }),
  lastFour: number.slice(-4),
  mark: accountMark(holder, kind, number),
  isQuoted,
});

/** An organisation has its accounts together; at freemail providers, and inside, each person has their own. */
const holderBehind = (sender: Sender | undefined): string =>
  sender === undefined ? '' : sender.isFreemail || sender.isOwnDomain ? sender.address : sender.orgDomain;

/** A biller's accounts are not the platform's; what a name holds lets nobody speak for the organisation that it names. */
function holderActing({ platform, name = '', address, addressFrom }: Actor): string {
  if (address === undefined || addressFrom === 'words') return `${platform} ${address?.address ?? name.toLowerCase()}`;
  const isShared = isFreemail(address.domain) || isFreemail(address.orgDomain);
  return isShared ? address.address : address.orgDomain;
}
