import { detector } from '../domain/finding.ts';
import { isNewsletter, strangeness } from './payload/familiarity.ts';
import { firstByHost } from './payload/links.ts';

const MAX_WORDS = 20; // a greeting and a name; the shortest real requests are longer
const MAX_HOSTS = 2; // one to click, one that hosts the picture
const ONE_LINK = 1;
const NO_LINK = 0.4; // the picture itself may hold a number or a QR code, or be a holiday
const FROM_CORRESPONDENT = 0.3; // people send each other pictures
const IN_BULK = 0.5; // leaflets

/**
 * Almost no words: the message is a picture, mostly with one link behind it.
 * 0 or 1 indicator; strength 1 from a stranger with a link, 0.4 without, less from known senders and in bulk. Source: detection-ideas.md 38.
 */
export const imageOnlyMail = detector({
  id: 'image-only-mail',
  family: 'form',
  attack: 'T1027',
  needs: ['content', 'links', 'attachments', 'bulk'],
  detect({ content, links, attachments, bulk, direction }, { correspondent }) {
    const imageCount =
      content.imageCount + attachments.filter(({ kind, isInline }) => kind === 'image' && isInline).length;
    const hosts = firstByHost(links);
    if (content.wordCount > MAX_WORDS || imageCount === 0 || hosts.length > MAX_HOSTS) return [];
    const distance = FROM_CORRESPONDENT + (1 - FROM_CORRESPONDENT) * strangeness(direction, correspondent);
    const strength = (hosts.length > 0 ? ONE_LINK : NO_LINK) * distance * (isNewsletter(bulk) ? IN_BULK : 1);
    const quote = `${content.wordCount} words, ${imageCount} pictures, ${hosts.length} linked hosts`;
    return [{ strength, evidence: [{ where: 'body', quote }] }];
  },
});
