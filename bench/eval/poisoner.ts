/**
 * The patient attacker: a stranger sends 20–50 harmless mails over 60 days and then attacks, by link, attachment or payment. Beside it the
 * same attack by a stranger who has sent nothing. Texts are ours; both are written alike, so that only the history differs.
 */
import { type Delivered, rfc5322Date, type Transport } from '../../src/trial/transport.ts';
import { file } from '../history/files.ts';
import { encrypted } from '../history/lockedFile.ts';
import type { Random } from '../random.ts';
import { acceptedFrom } from './border.ts';

export const LURES = ['link', 'attachment', 'payment'] as const;
export type Lure = (typeof LURES)[number];

export interface Stranger {
  readonly name: string;
  readonly address: string;
  readonly domain: string;
}

export interface PoisonedMail {
  readonly delivered: Delivered;
  readonly at: number;
}

const DAY_MS = 86_400_000;
export const WARM_UP_DAYS = 60;
const FIRST = ['Nora', 'Milan', 'Petra', 'Owen', 'Ines', 'Jonas', 'Marta', 'Felix'];
const LAST = ['Hollis', 'Varga', 'Lund', 'Keller', 'Okoye', 'Brandt', 'Silva', 'Moreau'];
const TRADES = ['paper', 'office', 'logistics', 'catering', 'printing', 'training', 'travel', 'cleaning'];

export function newStranger(random: Random): Stranger {
  const name = `${random.pick(FIRST)} ${random.pick(LAST)}`;
  const domain = `${random.pick(LAST)?.toLowerCase()}-${random.pick(TRADES)}${random.below(1000)}.com`;
  return { name, domain, address: `${name.toLowerCase().replace(' ', '.')}@${domain}` };
}

const SMALL_TALK = [
  'thank you for the call yesterday. I have noted your questions and will come back to you next week.',
  'our office is closed on Friday. If anything is urgent, my colleague will be happy to help.',
  'I hope the week is going well. We have moved our desk to the second floor, same telephone number.',
  'just a short note that the catalogue for next season is being printed. I will bring a copy along.',
  'it was good to meet you at the fair. I look forward to talking more in the autumn.',
  'many thanks for your patience. The delivery to your neighbours went well, we learned a lot there.',
];

/** Harmless mails, spread over the days before `until` (ms). */
export const warmUp = (who: Stranger, mailbox: string, until: number, random: Random): readonly PoisonedMail[] => {
  const count = 20 + random.below(31);
  return Array.from({ length: count }, (_, index) => {
    const at = Math.round(until - ((count - index) * WARM_UP_DAYS * DAY_MS) / count);
    const text = `Hello,\n\n${random.pick(SMALL_TALK)}\n\nKind regards\n${who.name}\n`;
    return { at, delivered: written(who, mailbox, at, 'News from us', plain(text), random) };
  });
};

export function attackBy(who: Stranger, mailbox: string, at: number, lure: Lure, random: Random): Delivered {
  const sign = `\n\nKind regards\n${who.name}\n`;
  switch (lure) {
    case 'link': {
      const url = `https://secure-${random.below(100_000)}.web.app/signin?u=${encodeURIComponent(mailbox)}`;
      const text = `Hello,\n\nyour mailbox password expires today. Please sign in and verify your account now to keep access:\n${url}${sign}`;
      return written(who, mailbox, at, 'Action required: verify your account', plain(text), random);
    }
    case 'attachment': {
      const text = `Hello,\n\nthe document you asked for is attached. The password is 4821.${sign}`;
      return written(who, mailbox, at, 'Document', withFile(text, encrypted('document.zip')), random);
    }
    case 'payment': {
      const text = `Hello,\n\nplease note that our bank details have changed. Use the new account for the outstanding invoice and transfer the amount today, it is urgent. Please keep this confidential.\nIBAN DE89 3704 0044 0532 0130 00${sign}`;
      return written(who, mailbox, at, 'New bank details', withFile(text, file('pdf', 'invoice', 'Invoice')), random);
    }
  }
}

interface Body {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const plain = (text: string): Body => ({ headers: [['Content-Type', 'text/plain; charset=utf-8']], body: text });

function withFile(text: string, { fileName, type, content }: ReturnType<typeof file>): Body {
  const boundary = '=-sep-7f1c';
  const encoded = content.toString('base64').replace(/.{76}/g, '$&\n');
  return {
    headers: [['Content-Type', `multipart/mixed; boundary="${boundary}"`]],
    body: `--${boundary}\nContent-Type: text/plain; charset=utf-8\n\n${text}\n--${boundary}\nContent-Type: ${type}; name="${fileName}"\nContent-Disposition: attachment; filename="${fileName}"\nContent-Transfer-Encoding: base64\n\n${encoded}\n--${boundary}--\n`,
  };
}

function written(
  { name, address, domain }: Stranger,
  mailbox: string,
  at: number,
  subject: string,
  { headers, body }: Body,
  random: Random,
): Delivered {
  const transport: Transport = {
    trace: [acceptedFrom(`from mail.${domain} (mail.${domain} [203.0.113.${domain.length}])`)],
    signatures: [],
    spf: 'pass',
    spfDomain: domain,
    dkim: [domain],
    dmarc: 'pass',
  };
  const id = `${at.toString(36)}.${random.below(1e9).toString(36)}`;
  return {
    transport,
    mail: {
      headers: [
        ['From', `${name} <${address}>`],
        ['To', mailbox],
        ['Subject', subject],
        ['Date', rfc5322Date(at, '+0100')],
        ['Message-ID', `<${id}@${domain}>`],
        ['MIME-Version', '1.0'],
        ...headers,
      ],
      body,
    },
  };
}
