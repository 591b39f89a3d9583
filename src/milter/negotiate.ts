/** Option negotiation: no more actions, macros and steps than are used. Numbers are those of Sendmail's mfapi.h and mfdef.h. */
import { frame, ProtocolError } from './frames.ts';
import type { Packet, PacketKind } from './packets.ts';

/** What a filter may ask the MTA to do (SMFIF_…). */
const ACTION = { addHeaders: 0x01, replaceBody: 0x02, changeHeaders: 0x10, quarantine: 0x20, chooseMacros: 0x100 };
const DELETE_RECIPIENTS = 0x08;
const WANTED = Object.values(ACTION).reduce((all, bit) => all | bit, 0);

/** What the MTA may leave out or do otherwise (SMFIP_…). */
const STEP = {
  noEndOfHeaders: 0x40,
  noUnknown: 0x100,
  noData: 0x200,
  leadingSpace: 0x100000, // header values byte for byte: DKIM's simple canonicalisation needs it
};

/** Commands that need no answer, if the MTA agrees. */
const NO_ANSWER: Readonly<Partial<Record<PacketKind, number>>> = {
  connect: 0x1000,
  helo: 0x2000,
  mail: 0x4000,
  recipient: 0x8000,
  data: 0x10000,
  unknown: 0x20000,
  header: 0x80,
  'end-of-headers': 0x40000,
  body: 0x80000,
};
const ANSWERED: readonly PacketKind[] = ['connect', 'helo', 'mail', 'recipient', 'header', 'body'];

/** By command: connect 0, HELO 1, MAIL 2, RCPT 3, end of message 5 (SMFIM_…). */
const MACROS: readonly (readonly [stage: number, names: string])[] = [
  [0, 'j {client_addr} {client_name}'],
  [1, '{tls_version}'],
  [2, 'i {auth_authen} {mail_addr}'],
  [3, '{rcpt_addr}'],
  [5, 'i'],
];

const NEWEST_VERSION = 6;
const OLDEST_VERSION = 2;

export interface Agreement {
  readonly version: number;
  readonly mayAddHeaders: boolean;
  readonly mayChangeHeaders: boolean;
  readonly mayReplaceBody: boolean;
  readonly mayQuarantine: boolean;
  readonly mayDeleteRecipients: boolean;
  /** Header values begin with the space after the colon, both ways. */
  readonly hasLeadingSpace: boolean;
  /** Nothing is answered before the end of a message. */
  readonly isSilent: boolean;
  readonly needsAnswer: (kind: PacketKind) => boolean;
}

export interface Negotiation {
  readonly agreement: Agreement;
  readonly answer: Buffer;
}

export type Offer = Extract<Packet, { readonly kind: 'negotiate' }>;

/** `isKeeping`: recipients may be taken off a message, which is kept for them. Throws ProtocolError when the MTA's protocol is older than version 2. */
export function negotiate({ version: offered, actions, steps }: Offer, isKeeping: boolean): Negotiation {
  if (offered < OLDEST_VERSION) throw new ProtocolError(`milter protocol version ${offered} is too old`);
  const version = Math.min(offered, NEWEST_VERSION);
  const agreedActions = actions & (isKeeping ? WANTED | DELETE_RECIPIENTS : WANTED);
  const silence = Object.values(NO_ANSWER).reduce((all, bit) => all | bit, 0);
  const agreedSteps = steps & (STEP.noEndOfHeaders | STEP.noUnknown | STEP.noData | STEP.leadingSpace | silence);
  const macros = (agreedActions & ACTION.chooseMacros) === 0 ? [] : MACROS.flat();
  const needsAnswer = (kind: PacketKind) => {
    const bit = NO_ANSWER[kind];
    return bit !== undefined && (agreedSteps & bit) === 0;
  };
  return {
    agreement: {
      version,
      mayAddHeaders: (agreedActions & ACTION.addHeaders) !== 0,
      mayChangeHeaders: (agreedActions & ACTION.changeHeaders) !== 0,
      mayReplaceBody: (agreedActions & ACTION.replaceBody) !== 0,
      mayQuarantine: (agreedActions & ACTION.quarantine) !== 0,
      mayDeleteRecipients: (agreedActions & DELETE_RECIPIENTS) !== 0,
      hasLeadingSpace: (agreedSteps & STEP.leadingSpace) !== 0,
      isSilent: !ANSWERED.some(needsAnswer),
      needsAnswer,
    },
    answer: frame('O', version, agreedActions, agreedSteps, ...macros),
  };
}
