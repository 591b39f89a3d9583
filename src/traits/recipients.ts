/** Whom the mail says it is for. */
import type { ParsedMail } from '../domain/mail.ts';
import type { Recipients } from '../domain/message.ts';
import { withoutTag } from '../text/address.ts';

const MAX_ADDRESSES = 200;

/** `mailboxes`: the protected addresses it was delivered to. */
export function recipients({ to, cc }: ParsedMail, mailboxes: readonly string[]): Recipients {
  const all = new Set([...to, ...cc].map(({ address }) => address));
  const shown = new Set([...all].map(withoutTag));
  return {
    to,
    cc,
    addresses: [...all].slice(0, MAX_ADDRESSES),
    isUndisclosed:
      mailboxes.length === 0 ? all.size === 0 : !mailboxes.some((mailbox) => shown.has(withoutTag(mailbox))),
  };
}
