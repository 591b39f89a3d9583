/** What each part of a message is for who rewrites it: shown text, a page, a calendar, a message of its own, a file. */
import type { Entity } from './entities.ts';

export type PartKind = 'text' | 'html' | 'calendar' | 'message' | 'other';

const HTML = new Set(['text/html', 'application/xhtml+xml', 'text/x-amp-html']);
const CALENDAR = new Set(['text/calendar', 'application/ics']);
const MAILPARSERS_TEXT = new Set(['text/plain', 'text/html', 'message/delivery-status']);

/** A multipart without a single part shows its source to some readers: it is text. */
export function kindOf({ node }: Entity): PartKind {
  const type = node.contentType === false ? 'text/plain' : node.contentType;
  const name = node.filename === false ? '' : node.filename;
  if (type === 'message/rfc822' || type === 'message/global' || /\.eml$/i.test(name.slice(-10))) return 'message';
  if (HTML.has(type)) return 'html';
  if (CALENDAR.has(type) || /\.ics$/i.test(name.slice(-10))) return 'calendar';
  return node.multipart !== false || type.startsWith('text/') || MAILPARSERS_TEXT.has(type) ? 'text' : 'other';
}

/** Not shown as text of the mail, as mailparser tells them. */
export function isFile({ node }: Entity): boolean {
  if (node.multipart !== false) return false;
  const type = node.contentType === false ? 'text/plain' : node.contentType;
  const isInline = node.disposition === false || node.disposition === 'inline';
  return !MAILPARSERS_TEXT.has(type) || !isInline;
}

export const leavesOf = (entity: Entity): readonly Entity[] =>
  entity.children.length === 0 ? [entity] : entity.children.flatMap(leavesOf);

const BANNER_TYPES = new Set(['text/plain', 'text/html', 'text/x-amp-html']);

/** The parts that a banner goes on: of alternatives all, of others the first that shows text. */
export function bannerParts(entity: Entity): readonly Entity[] {
  const { node, children, parent, bodyStart, bodyEnd } = entity;
  if (children.length === 0) {
    const type = node.contentType === false ? 'text/plain' : node.contentType;
    const isSource = parent === undefined && node.multipart !== false;
    const isEmpty = parent !== undefined && bodyStart === bodyEnd;
    return isSource || (BANNER_TYPES.has(type) && !isFile(entity) && !isEmpty) ? [entity] : [];
  }
  if (node.multipart === 'alternative') return children.flatMap(bannerParts);
  for (const child of children) {
    const found = bannerParts(child);
    if (found.length > 0) return found;
  }
  return [];
}
