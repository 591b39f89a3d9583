/** Which brand answers for a host or a sender: none where anyone can have a page or an address. */
import type { Sender } from '../../domain/message.ts';
import { brandOf, isFreeHosting } from '../../text/lists.ts';

/** The brand that says what stands at this host; sites.google.com is Google's, its pages are not. */
export const brandBehind = (host: string): string | undefined => (isFreeHosting(host) ? undefined : brandOf(host));

/** The brand that writes; whoever has a gmail.com address is not Google. */
export const brandBehindSender = ({ isFreemail, domain }: Pick<Sender, 'isFreemail' | 'domain'>): string | undefined =>
  isFreemail ? undefined : brandBehind(domain);
