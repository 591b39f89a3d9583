/** What a mail may ask for, by the phrases of models/intents.json. */
export type Intent =
  | 'credential-request'
  | 'payment-request'
  | 'bank-change'
  | 'gift-card'
  | 'extortion'
  | 'callback'
  | 'errand' // a favour is needed, quickly, and no call is possible
  | 'windfall' // money or a prize that was not earned
  | 'trade-document' // announces one: an order, an invoice, shipping papers
  | 'data-request' // of many people at once: employees, customers, who owes what
  | 'job-lure' // work that pays by the day, or in other people's money
  | 'command' // to be pasted where programs are started
  | 'device-code'; // to be entered where a device is let in

/**
 * What stands around a telephone number that a scam wants called. denial: it was not you · charge: money is gone, or will be · goods: what
 * such bills are for · undo: the call is to cancel it or to get it back.
 */
export interface ChargeScare {
  readonly kind: 'denial' | 'alarm' | 'charge' | 'goods' | 'undo';
  readonly quote: string;
}
