/** The RFC 5322 From as the reader sees it, and what else it could be taken for. */
import type { NamedAddress, ParsedMail } from '../domain/mail.ts';
import type { Sender } from '../domain/message.ts';
import { isFreemail } from '../text/lists.ts';
import { addressIn, nameKey } from '../text/names.ts';
import { fromReadings } from './fromReadings.ts';

/** undefined when From holds no address. `ownDomains` are ASCII and lower-case. */
export function sender(mail: ParsedMail, ownDomains: readonly string[]): Sender | undefined {
  const { from } = mail;
  if (from === undefined) return undefined;
  const key = from.name === undefined ? undefined : nameKey(from.name);
  const shownInName = from.name === undefined ? undefined : addressIn(from.name)?.toLowerCase();
  const author = originalAuthor(mail, from);
  return {
    ...from,
    otherReadings: fromReadings(mail, from.address),
    ...(key === undefined ? {} : { nameKey: key }),
    ...(shownInName === undefined || shownInName === from.address ? {} : { addressInName: shownInName }),
    replyTo: mail.replyTo,
    ...(mail.senderHeader === undefined ? {} : { senderHeader: mail.senderHeader }),
    ...(mail.returnPath === undefined ? {} : { returnPath: mail.returnPath }),
    isFreemail: isFreemail(from.domain) || isFreemail(from.orgDomain),
    isOwnDomain: ownDomains.some((own) => from.domain === own || from.domain.endsWith(`.${own}`)),
    ...(author === undefined ? {} : { originalAuthor: author }),
  };
}

const VIA = /\bvia\b/i; // what Mailman, Google Groups and Exchange write into a name whose address they replaced

/** A list that rewrites From for DMARC says so by a header of its own, or keeps the author in Reply-To (Mailman's munge_from). */
function originalAuthor({ originalFrom, replyTo }: ParsedMail, from: NamedAddress): NamedAddress | undefined {
  if (originalFrom !== undefined && originalFrom.address !== from.address) return originalFrom;
  if (from.name === undefined || !VIA.test(from.name)) return undefined;
  const [author] = replyTo.filter(({ address }) => address !== from.address);
  return author;
}
