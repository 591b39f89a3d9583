import { detector } from '../domain/finding.ts';
import { isNewsletter } from './payload/familiarity.ts';

const PREHEADER = 300; // characters; mail tools hide the preview line, 35–140 characters by advice, padded to fill the list's row
const PREHEADER_IN_BULK = 1000; // several hidden blocks: another preview for phones, text for images
const FULL_SHARE = 0.5; // half of all text is hidden
const MAX_QUOTE = 200; // domain/finding.ts

/**
 * Much text that a reader cannot see: it feeds filters, not people.
 * 0 or 1 indicator; strength = hidden share of all text, full at one half. Silent for amounts that a preview line takes. Source: detection-ideas.md 53.
 */
export const hiddenText = detector({
  id: 'hidden-text',
  family: 'form',
  attack: 'T1027',
  needs: ['content', 'bulk'],
  detect({ content, bulk }) {
    const { hiddenCharCount, hiddenText: text } = content;
    const allowed = isNewsletter(bulk) ? PREHEADER_IN_BULK : PREHEADER;
    if (hiddenCharCount <= allowed) return [];
    const share = hiddenCharCount / (hiddenCharCount + content.text.length);
    const quote = `${hiddenCharCount} characters: ${text}`.slice(0, MAX_QUOTE);
    return [{ strength: Math.min(1, share / FULL_SHARE), evidence: [{ where: 'body', quote }] }];
  },
});
