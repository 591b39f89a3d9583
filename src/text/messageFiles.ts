/** Files of a message that is a file itself, in an archive or attached to another kind of message: names and bytes; and its text, as it is encoded. */
import { buffer } from 'node:stream/consumers';
import mailsplit, { type MimeNode } from '@zone-eu/mailsplit';
import { missingBoundary, type PartSource, readAsMailPrograms } from './partHeaders.ts';

export interface FileInMessage {
  readonly name: string;
  /** Encoded as it is. */
  readonly sizeBytes: number;
  read(): Promise<Buffer>;
}

/** A part that is shown. */
export interface TextInMessage {
  readonly isHtml: boolean;
  /** In its own character set. */
  read(): Promise<Buffer>;
}

const MAX_PARTS = 200;
const MAX_HEAD = 256 * 1024; // bytes of one header block

/** `whyCut`: there are too many parts, or too long a header; up to there. */
export async function filesInMessage(raw: Buffer): Promise<{
  readonly files: readonly FileInMessage[];
  readonly texts: readonly TextInMessage[];
  readonly whyCut?: string;
}> {
  const splitter = new mailsplit.Splitter({
    ignoreEmbedded: true,
    maxHeadSize: MAX_HEAD,
    maxChildNodes: MAX_PARTS,
  });
  if (!isPartSource(splitter)) throw new Error('this mailsplit has another inside than the one that was written for');
  readAsMailPrograms(splitter, {
    boundaryOf: (root) => missingBoundary(root, raw.subarray(root.getHeaders().length))?.guess,
  });
  splitter.end(raw);
  const bodies = new Map<MimeNode, Buffer[]>();
  let whyCut: string | undefined;
  try {
    for await (const chunk of splitter) {
      if (chunk.type === 'node') {
        const node: MimeNode = chunk;
        if (node.multipart === false) bodies.set(node, []);
      } else if (chunk.type === 'body') bodies.get(chunk.node)?.push(chunk.value);
    }
  } catch (error) {
    whyCut = error instanceof Error ? error.message : String(error);
  }
  const parts = [...bodies].map(([node, chunks]) => ({ node, chunks, read: () => decoded(node, chunks) }));
  const files = parts
    .filter(({ node }) => isFile(node))
    .map(({ node, chunks, read }) => ({
      name: nameOf(node),
      sizeBytes: chunks.reduce((sum, { length }) => sum + length, 0),
      read,
    }));
  const texts = parts
    .filter(({ node }) => !isFile(node))
    .map(({ node, read }) => ({ isHtml: node.contentType === 'text/html', read }));
  return { files, texts, ...(whyCut === undefined ? {} : { whyCut }) };
}

function decoded(node: MimeNode, chunks: readonly Buffer[]): Promise<Buffer> {
  const decoder = node.getDecoder();
  const whole = buffer(decoder);
  decoder.end(Buffer.concat(chunks));
  return whole;
}

/** Its type does not declare it. */
const isPartSource = (splitter: object): splitter is PartSource => 'node' in splitter && 'newNode' in splitter;

const isFile = ({ multipart, contentType, filename, disposition }: MimeNode): boolean =>
  multipart === false &&
  (filename !== false || disposition === 'attachment' || (contentType !== false && !contentType.startsWith('text/')));

const nameOf = ({ filename, contentType }: MimeNode): string => {
  if (filename !== false) return filename;
  return contentType === 'message/rfc822' ? 'message.eml' : 'attachment';
};
