/** Messages inside a message: shown as part of it, or attached to it as files. What a limit leaves unread is told. */
import type { ParsedPart } from '../domain/mail.ts';
import { type Body, readBody, withinLimits } from './body.ts';
import { type DefectLog, note } from './defects.ts';
import { readHeaders } from './headers.ts';
import { isSignedPart, newRoom, openSigned, type Room } from './signedInside.ts';

const MAX_SHOWN = 20; // messages shown inside a message: a digest has so many
const MAX_SHOWN_DEPTH = 3;
const MAX_ATTACHED = 5; // messages attached to a message, whose files count as its own
const MAX_ATTACHED_DEPTH = 2; // a mail forwarded as a file that was forwarded as a file
const MAX_ENDING = 10; // characters of a file name
const MESSAGE_TYPES: ReadonlySet<string> = new Set(['message/rfc822', 'message/global']); // RFC 2046 §5.2.1, RFC 6532 §3.7

/**
 * An inline message/rfc822 is shown as part of the mail by most readers, and so is what was signed in one piece: its text belongs to what is
 * read, its headers do not.
 */
export async function withShownMessages(
  body: Body,
  log: DefectLog,
  depth = MAX_SHOWN_DEPTH,
  room = newRoom(),
): Promise<Body> {
  const inline = body.parts.filter((part) => part.isInline && MESSAGE_TYPES.has(part.declaredType));
  const signed = body.parts.filter(isSignedPart);
  if (inline.length + signed.length === 0) return body;
  const limit = depth === 0 ? 0 : MAX_SHOWN;
  if (signed.length > limit) note(log, 'unread-files', `${signed.length - limit} signed parts inside the message`);
  const opened = signed.slice(0, limit).map((part) => openSigned(part, log, room));
  const shown = [...inline.map(({ content }) => content), ...opened.flatMap(({ message }) => message ?? [])];
  const files = opened.flatMap(({ file }) => file ?? []);
  const inner = [
    ...(await readUpTo(limit, shown, log, room, depth - 1)),
    ...(files.length === 0 ? [] : [await withShownMessages({ ...NOTHING, parts: files }, log, depth - 1, room)]),
  ];
  const bodies = [body, ...inner];
  const joined = (of: 'text' | 'html', glue: string): string =>
    bodies
      .map((one) => one[of])
      .filter((words) => words !== '')
      .join(glue);
  const whole = { text: joined('text', '\n'), html: joined('html', '<br/>\n') };
  return withinLimits({ ...body, ...whole, parts: bodies.flatMap(({ parts }) => parts) }, log);
}

const NOTHING: Body = { subject: '', text: '', html: '', parts: [] };

/** Messages that are attached as files: whoever opens the message opens their files, and reads what they say as somebody else's words. */
export async function attachedMessages(
  parts: readonly ParsedPart[],
  log: DefectLog,
  depth = MAX_ATTACHED_DEPTH,
  room = newRoom(),
): Promise<readonly Body[]> {
  const found: Body[] = [];
  const messages = parts.filter(isAttachedMessage).map(({ content }) => content);
  for (const body of await readUpTo(depth === 0 ? 0 : MAX_ATTACHED, messages, log, room))
    found.push(body, ...(await attachedMessages(body.parts, log, depth - 1, room)));
  return found;
}

async function readUpTo(
  limit: number,
  messages: readonly Buffer[],
  log: DefectLog,
  room: Room,
  depth?: number,
): Promise<readonly Body[]> {
  if (messages.length > limit) note(log, 'unread-files', `${messages.length - limit} messages inside the message`);
  const found: Body[] = [];
  for (const content of messages.slice(0, limit)) {
    const block = readHeaders(content, new Map());
    if (block.isOverLimit) note(log, 'unread-files', 'a message inside has too large a header block');
    else
      found.push(
        await withShownMessages(await readBody(block.index, content.subarray(block.bodyStart), log), log, depth, room),
      );
  }
  return found;
}

/** One shown inline has given its files already. */
const isAttachedMessage = ({ declaredType, fileName = '', isInline, content }: ParsedPart): boolean =>
  content.length > 0 && (MESSAGE_TYPES.has(declaredType) ? !isInline : /\.eml$/i.test(fileName.slice(-MAX_ENDING)));
