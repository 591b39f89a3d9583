/** Content (a file, or what was unpacked of one) → the messages in it, by what it is. */

import { basename } from 'node:path';
import { utf16Of } from '../text/utf16.ts';
import { inPacked, inTar, inZip } from './archives/inside.ts';
import { UnpackError } from './archives/limits.ts';
import { emlxSize } from './emlx.ts';
import { roleOfFlags, roleOfFolder, strictest } from './folders.ts';
import {
  type Content,
  type Found,
  fileOf,
  HEAD_BYTES,
  messageOr,
  readingOf,
  skippedOr,
  spooledMail,
  streamOf,
  type Unpacking,
} from './found.ts';
import { withLineFeeds } from './lineEnds.ts';
import { splitMbox, withLfForCr } from './mbox.ts';
import { splitMbx } from './mbx.ts';
import { openNamed } from './openBelow.ts';
import { inJson } from './readJson.ts';
import { type FileKind, foreignKind, recognise } from './recognise.ts';
import { roleOfHeaders } from './status.ts';

const PROPERTIES = utf16Of('__properties_version1.0'); // a stream of every Outlook item: MS-OXMSG §2.4
const MAX_MSG_BYTES = 128 * 1024 * 1024; // of an Outlook message, with what is attached

/** Throws ExportError for what a person named and is no mail; elsewhere such a file is skipped. */
export async function* inContent(content: Content, unpacking: Unpacking): AsyncGenerator<Found> {
  const kind = recognise(content.head);
  try {
    yield* inKind(kind, content, unpacking);
  } catch (error) {
    if (isUnreadable(error, content))
      return yield* skippedOr(content, 'unreadable', error.message, 'unreadable-export');
    if (!(error instanceof UnpackError)) throw error;
    yield* skippedOr(content, error.reason, kind === 'zip' ? 'cannot be read as a ZIP archive' : `is ${error.reason}`);
  }
}

/** Its own file, since it was recognised: what goes wrong in writing to the spool is of another kind. */
const isUnreadable = (error: unknown, { path, handle }: Content): error is NodeJS.ErrnoException =>
  handle === undefined &&
  typeof error === 'object' &&
  error !== null &&
  'syscall' in error &&
  (error.syscall === 'read' || (error.syscall === 'open' && 'path' in error && error.path === path));

async function* inKind(kind: FileKind, content: Content, unpacking: Unpacking): AsyncGenerator<Found> {
  const { path, head, offset, sizeBytes, role } = content;
  const look = (inner: Content) => inContent(inner, unpacking);
  switch (kind) {
    case 'empty':
      return yield* skippedOr(content, 'empty', 'is empty', 'empty-export');
    case 'mbox':
      return yield* inMbox(content);
    case 'message':
      return yield messageOr(
        fileOf(content),
        withLineFeeds(head),
        sizeBytes,
        strictest(roleOfFlags(path), role),
        offset,
      );
    case 'emlx':
      return yield emlxOr(content);
    case 'mbx':
      return yield* inMbx(content);
    case 'gzip':
    case 'zstd':
      return yield* inPacked(kind, content, unpacking.spool, look);
    case 'zip':
      return yield* inZip(content, unpacking.spool, look);
    case 'tar':
      return yield* inTar(content, unpacking.spool, look);
    case 'json':
      return yield* inJson(content, unpacking.spool);
    case 'outlook-message':
      return yield* inMsg(content, unpacking);
    case 'outlook-store':
      return yield* inStore(content, unpacking);
    case 'other':
      // What lies in a Maildir is a message, whatever it looks like.
      if (!content.isNamed && roleOfFlags(path) !== undefined)
        return yield messageOr(fileOf(content), head, sizeBytes, strictest(roleOfFlags(path), role), offset);
      return yield* skippedOr(content, 'not-a-message', `is ${foreignKind(head)}`, 'not-an-export');
  }
}

async function* inMbox(content: Content): AsyncGenerator<Found> {
  const { path, isNamed, offset } = content;
  const named = roleOfFolder(basename(path));
  // Who names the file wants what is in it, whatever it is called; that they wrote it stays so.
  const role = isNamed && named !== 'sent' ? content.role : strictest(named, content.role);
  const file = fileOf(content, true);
  let index = 0;
  for await (const { kept, sizeBytes, offset: at } of splitMbox(
    withLfForCr(streamOf(content), content.head),
    HEAD_BYTES,
  )) {
    yield messageOr(file, kept, sizeBytes, strictest(roleOfHeaders(kept), role), offset + at, index);
    index += 1;
  }
}

function emlxOr(content: Content): Found {
  const { head, role, offset, sizeBytes } = content;
  const mail = emlxSize(head) ?? { offset: 0, sizeBytes: 0 };
  const isWhole = mail.offset + mail.sizeBytes <= sizeBytes;
  if (!isWhole) return { file: fileOf(content), skipped: 'corrupt' };
  const begin = head.subarray(mail.offset, mail.offset + mail.sizeBytes);
  return messageOr(fileOf(content), begin, mail.sizeBytes, role, offset + mail.offset);
}

async function* inMbx(content: Content): AsyncGenerator<Found> {
  const reading = await readingOf(content);
  const file = fileOf(content);
  try {
    let index = 0;
    for await (const mail of splitMbx(reading.read, content.sizeBytes)) {
      const offset = content.offset + mail.offset;
      if ('isBroken' in mail) yield { file, offset, index, skipped: 'corrupt' };
      else {
        const head = await reading.read(mail.offset, Math.min(HEAD_BYTES, mail.sizeBytes));
        yield messageOr(file, head, mail.sizeBytes, strictest(mail.role, content.role), offset, index);
      }
      index += 1;
    }
  } finally {
    await reading.close();
  }
}

async function* inMsg(content: Content, { outlook, spool }: Unpacking): AsyncGenerator<Found> {
  const reading = await readingOf(content);
  const bytes = await reading.read(0, MAX_MSG_BYTES);
  await reading.close();
  if (!bytes.includes(PROPERTIES)) return yield* skippedOr(content, 'not-a-message', 'is an Office document');
  const item = await outlook.message(bytes);
  if ('error' in item) return yield* skippedOr(content, 'corrupt', 'is no Outlook message that can be read');
  if ('isOther' in item) return yield* skippedOr(content, 'not-a-message', 'is an Outlook item, but no mail');
  const role = item.isDraft ? 'draft' : content.role;
  yield { ...(await spooledMail(item.raw, content.path, role, spool)), isRebuilt: true };
}

const CYCLIC = 0x02; // "high encryption"
const BY_WINDOWS = 0x10; // Information Protection
const NEWEST_ANSI = 15;

/** MS-PST §2.2.2.6: the version, and bCryptMethod, which stands elsewhere in old ones. Other methods keep nobody out, whatever password Outlook asks for. */
function isSealed(head: Buffer): boolean {
  const method = head[(head[10] ?? 0) <= NEWEST_ANSI ? 461 : 513];
  return method === CYCLIC || method === BY_WINDOWS;
}

async function* inStore(content: Content, { outlook, spool }: Unpacking): AsyncGenerator<Found> {
  const { path, handle, root } = content;
  if (isSealed(content.head))
    return yield* skippedOr(content, 'encrypted', 'is an encrypted Outlook data file: export it without encryption');
  // pst-extractor reads files only.
  if (handle !== undefined) throw new UnpackError('unpacks-too-far');
  const opened = await openNamed(path, root);
  try {
    let index = 0;
    for await (const item of outlook.store(opened.name)) {
      const place = [path, ...item.folders].join('/');
      const file = { path: place, isMbox: false };
      if ('error' in item) {
        if (item.isFatal) return yield* skippedOr(content, 'corrupt', 'cannot be read as an Outlook data file');
        yield { file, index, skipped: 'corrupt' };
      } else if ('isOther' in item) yield { file, index, skipped: 'not-a-message' };
      else {
        const role = strictest(item.isDraft ? 'draft' : undefined, ...item.folders.map(roleOfFolder), content.role);
        yield { ...(await spooledMail(item.raw, place, role, spool, index)), isRebuilt: true };
      }
      index += 1;
    }
  } finally {
    await opened.close();
  }
}
