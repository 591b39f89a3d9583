/** JSON lines, or one JSON document, in a file or the spool → the mail in it. */
import { type Content, type Found, fileOf, readingOf, skippedOr, spooledMail, streamOf } from './found.ts';
import { listIn, MAX_JSON_BYTES, MAX_JSON_MIB, mailOfJson } from './jsonMail.ts';
import type { Spool } from './spool.ts';

const LF = 10;

/** Among mail, what is none is skipped; a file whose first value is none is a file of another kind. */
export async function* inJson(content: Content, spool: Spool): AsyncGenerator<Found> {
  const file = fileOf(content);
  let index = 0;
  for await (const value of valuesIn(content)) {
    const mail = mailOfJson(value);
    if (mail !== undefined) {
      const found = await spooledMail(mail.raw, content.path, mail.role ?? content.role, spool, index);
      yield mail.isRebuilt ? { ...found, isRebuilt: true } : found;
    } else if (index === 0) {
      return yield* skippedOr(content, 'not-a-message', 'is JSON, and no mail as Gmail or Microsoft Graph export it');
    } else yield { file, index, skipped: value === undefined ? 'corrupt' : 'not-a-message' };
    index += 1;
  }
  if (index === 0 && content.sizeBytes > MAX_JSON_BYTES)
    yield* skippedOr(content, 'too-large', `is one JSON document over ${MAX_JSON_MIB} MiB: export a message a line`);
}

/** undefined for what cannot be read. */
async function* valuesIn(content: Content): AsyncGenerator<unknown> {
  let isFirst = true;
  for await (const line of lines(streamOf(content))) {
    const value = line === undefined ? undefined : parsed(line);
    if (isFirst && (value === undefined || listIn(value) !== undefined)) return yield* inDocument(content);
    isFirst = false;
    yield value;
  }
}

async function* inDocument(content: Content): AsyncGenerator<unknown> {
  if (content.sizeBytes > MAX_JSON_BYTES) return;
  const reading = await readingOf(content);
  const value = parsed(await reading.read(0, MAX_JSON_BYTES));
  await reading.close();
  yield* listIn(value) ?? [value];
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString().replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

/** Without blank ones; undefined for one that is too long. */
async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer | undefined> {
  let parts: Buffer[] = [];
  let bytes = 0;
  const whole = (): Buffer | undefined => (bytes > MAX_JSON_BYTES ? undefined : Buffer.concat(parts));
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, from)) {
      const part = chunk.subarray(from, at);
      from = at + 1;
      bytes += part.length;
      parts.push(part);
      if (bytes > 1) yield whole();
      parts = [];
      bytes = 0;
    }
    const rest = chunk.subarray(from);
    bytes += rest.length;
    if (bytes <= MAX_JSON_BYTES) parts.push(rest);
    else parts = [];
  }
  if (bytes > 0) yield whole();
}
