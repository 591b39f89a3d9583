/** Builders of mails that ask for something, and of senders who did before. */
import type { Content, Intent } from '../../src/domain/message.ts';
import { baseline, content, correspondent } from '../messages.ts';

export const asking = (intent: Intent, quotes: readonly string[], more: Partial<Content> = {}): Content =>
  content(quotes.join('. '), { intents: quotes.map((quote) => ({ intent, language: 'en', quote })), ...more });

/** A correspondent of forty mails who asked for this `count` times. */
export const whoAsked = (intent: Intent, count: number) =>
  baseline({ correspondent: correspondent('bea@partner.example', 40, { intents: new Map([[intent, count]]) }) });

export const newsletter = { isList: false, hasUnsubscribe: true, isAutomatic: false };
export const list = { isList: true, hasUnsubscribe: true, isAutomatic: false };
