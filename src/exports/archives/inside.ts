/** Archives: what is packed in them is spooled, counted against a budget, and looked at in turn. */
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { SkipReason } from '../../domain/history.ts';
import { roleOfFolder, strictest } from '../folders.ts';
import { type Content, type Found, HEAD_BYTES, readingOf, skippedOr, streamOf } from '../found.ts';
import { openNamed } from '../openBelow.ts';
import type { Region, Spool } from '../spool.ts';
import { type Budget, budgetFor, counted, MAX_DEPTH, MAX_NESTED_ZIP_BYTES, UnpackError } from './limits.ts';
import { tarEntries } from './tar.ts';
import { zipEntries } from './zip.ts';

/** Looks at content as at any other. */
type Look = (content: Content) => AsyncGenerator<Found>;

/** What came out of an archive, looked at in turn. */
async function inside(
  { handle, offset, sizeBytes }: Region,
  name: string,
  { path, role, depth = 0, budget }: Content,
): Promise<Content> {
  const head = Buffer.alloc(Math.min(HEAD_BYTES, sizeBytes));
  await handle.read(head, 0, head.length, offset);
  const folders = name.split('/').slice(0, -1).map(roleOfFolder);
  const inner = { handle, offset, sizeBytes, head, depth: depth + 1, ...(budget === undefined ? {} : { budget }) };
  return { ...inner, path: `${path}!/${name}`, role: strictest(...folders, role) };
}

function withBudget(content: Content): Content & { readonly budget: Budget } {
  if ((content.depth ?? 0) >= MAX_DEPTH) throw new UnpackError('unpacks-too-far');
  return { ...content, budget: content.budget ?? budgetFor(content.sizeBytes) };
}

export async function* inPacked(
  kind: 'gzip' | 'zstd',
  outer: Content,
  spool: Spool,
  look: Look,
): AsyncGenerator<Found> {
  const content = withBudget(outer);
  const unpacker = kind === 'gzip' ? createGunzip() : createZstdDecompress();
  let broken: SkipReason | undefined;
  const region = await spool.take(
    untilBroken(counted(unpacked(streamOf(content), unpacker), content.budget), (reason) => {
      broken = reason;
    }),
  );
  const name = basename(outer.path).replace(/\.(?:gz|zst|tgz)$/i, '');
  if (region.sizeBytes > 0) yield* look(await inside(region, name, content));
  if (broken === undefined) return;
  const isNamed = outer.isNamed === true && region.sizeBytes === 0;
  yield* skippedOr({ ...outer, isNamed }, broken, `is ${broken}`);
}

async function* unpacked(packed: AsyncIterable<Buffer>, unpacker: NodeJS.ReadWriteStream): AsyncGenerator<Buffer> {
  const out = new PassThrough();
  const pumped = pipeline(packed, unpacker, out).catch(() => undefined); // `out` is destroyed by the error, and throws it
  try {
    yield* out as AsyncIterable<Buffer>;
  } finally {
    out.destroy();
    await pumped;
  }
}

/** What came before it broke off is mail all the same. */
async function* untilBroken(
  chunks: AsyncIterable<Buffer>,
  broken: (reason: SkipReason) => void,
): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    broken(error instanceof UnpackError ? error.reason : 'corrupt');
  }
}

export async function* inZip(outer: Content, spool: Spool, look: Look): AsyncGenerator<Found> {
  const content = withBudget(outer);
  const { path, handle, root, sizeBytes, offset } = content;
  if (handle !== undefined) {
    if (sizeBytes > MAX_NESTED_ZIP_BYTES) throw new UnpackError('unpacks-too-far');
    return yield* entriesIn(await wholeOf(handle, offset, sizeBytes), content, spool, look);
  }
  const opened = await openNamed(path, root);
  try {
    yield* entriesIn(opened.name, content, spool, look);
  } finally {
    await opened.close();
  }
}

async function* entriesIn(
  source: string | Buffer,
  content: Content & { readonly budget: Budget },
  spool: Spool,
  look: Look,
): AsyncGenerator<Found> {
  const { path } = content;
  for await (const { name, isEncrypted, content: bytes } of zipEntries(source)) {
    if (isHidden(name)) continue;
    if (OFFICE.has(name)) return yield* skippedOr(content, 'not-a-message', 'is a document', 'not-an-export');
    const member: Content = { ...content, path: `${path}!/${name}`, isNamed: false };
    if (isEncrypted) {
      yield* skippedOr(member, 'encrypted', '');
      continue;
    }
    let broken: SkipReason | undefined;
    const region = await spool.take(
      untilBroken(counted(bytes(), content.budget), (reason) => {
        broken = reason;
      }),
    );
    if (broken === undefined) yield* look(await inside(region, name, content));
    else yield* skippedOr(member, broken, '');
    if (broken === 'unpacks-too-far') return;
  }
}

/** Entries that make a ZIP archive a document: Office Open XML, OpenDocument and EPUB. */
const OFFICE = new Set(['[Content_Types].xml', 'mimetype']);

/** What file systems and programs write beside the mail. */
const isHidden = (name: string): boolean => /(?:^|\/)(?:__MACOSX\/|\.(?:_|DS_Store))/.test(name);

async function wholeOf(handle: FileHandle, offset: number, sizeBytes: number): Promise<Buffer> {
  const whole = Buffer.alloc(sizeBytes);
  await handle.read(whole, 0, sizeBytes, offset);
  return whole;
}

export async function* inTar(outer: Content, spool: Spool, look: Look): AsyncGenerator<Found> {
  const content = withBudget(outer);
  const region =
    content.handle === undefined ? await spool.take(streamOf(content)) : { ...content, handle: content.handle };
  const reading = await readingOf({ ...content, handle: region.handle, offset: region.offset });
  for await (const { name, offset, sizeBytes } of tarEntries(reading.read, region.sizeBytes)) {
    if (isHidden(name)) continue;
    const entry = { handle: region.handle, offset: region.offset + offset, sizeBytes };
    yield* look(await inside(entry, name, content));
  }
}
