import { detector } from '../domain/finding.ts';
import type { Content } from '../domain/message.ts';
import { isNewsletter } from './payload/familiarity.ts';
import { requestOf, scaled } from './payload/requests.ts';

const WITH_CHAT = 1.3; // "add me on Telegram": no employer interviews there
const ALONE = 0.6; // one such phrase: a shop that looks for help may say it, too
const IN_BULK = 0.3; // job portals and temporary-work agencies advertise by the hour and the day
const CHAT = /\b(?:whats\s?app|telegram|wechat)\b/i;

/**
 * It offers work that no employer offers by mail: tasks on a phone paid by the day, a chat instead of an interview, other people's money or parcels.
 * 0 or 1 indicator; strength by cues, pressure and what this sender asks usually, more with a chat to go on in, less for one cue; weak in newsletters.
 * Source: FBI IC3 on work-from-home scams.
 */
export const jobLure = detector({
  id: 'job-lure',
  family: 'request',
  attack: 'T1657',
  needs: ['content', 'bulk'],
  detect({ content, bulk, direction }, baseline) {
    const request = requestOf('job-lure', { content, bulk, direction }, baseline);
    return request === undefined ? [] : [scaled(request, factorOf(content) * (isNewsletter(bulk) ? IN_BULK : 1))];
  },
});

function factorOf({ text, intents }: Content): number {
  if (CHAT.test(text)) return WITH_CHAT;
  return new Set(intents.filter(({ intent }) => intent === 'job-lure').map(({ quote }) => quote)).size > 1 ? 1 : ALONE;
}
