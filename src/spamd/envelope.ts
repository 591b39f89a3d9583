/** The head's fields → what is known of the message. In spamc's protocol User is whose mail it is; in rspamd's, who logged in to send it. */
import { isIP } from 'node:net';
import type { IntakeRequest } from '../domain/service.ts';
import { envelopeRecipient, envelopeSender, withoutPort } from '../text/envelopeAddress.ts';
import type { SpamdHead } from './head.ts';

export function toIntakeRequest({ dialect, fields }: SpamdHead, raw: Buffer, tenant: string): IntakeRequest {
  const all = (name: string): readonly string[] => fields.get(name) ?? [];
  const [user = ''] = all('user');
  if (dialect === 'spamc') return { tenant, raw, mailboxes: addresses([user]), learn: 'auto' };
  const [mailFrom] = all('from');
  const [clientName = ''] = all('hostname');
  const [helo = ''] = all('helo');
  const clientIp = withoutPort(all('ip')[0] ?? '');
  return {
    tenant,
    raw,
    mailboxes: addresses(all('deliver-to')),
    rcptTo: addresses(all('rcpt')),
    ...(mailFrom === undefined ? {} : { mailFrom: envelopeSender(mailFrom) }),
    ...(isIP(clientIp) === 0 ? {} : { clientIp }),
    ...(clientName === '' ? {} : { clientName }),
    ...(helo === '' ? {} : { helo }),
    ...(user === '' ? {} : { user }),
    learn: 'auto',
  };
}

const addresses = (paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => envelopeRecipient(path) ?? []);
