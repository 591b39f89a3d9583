/** mailparser, reading parts as mail programs do (text/partHeaders.ts) and UTF-7, which it refuses; on a shorter way through its streams. */
import type { Transform } from 'node:stream';
import type { MailParser } from 'mailparser';
import { type PartReading, type PartSource, readAsMailPrograms } from '../text/partHeaders.ts';
import { decodeUtf7, isUtf7 } from '../text/utf7.ts';
import { wholeStream } from '../text/wholeStream.ts';

/** What is used of mailparser's inside; its type does not declare it. */
interface Inside {
  readonly splitter: PartSource & Transform;
  readonly decoder: { decodeStream(charset: string): Transform };
  /** Where written bytes go. */
  chunkedPassthrough: Transform;
  createNode(node: object): { readonly decoder?: Transform };
}

export function leniently(parser: MailParser, reading: PartReading): MailParser {
  const inside = insideOf(parser);
  readAsMailPrograms(inside.splitter, reading);
  const { decoder } = inside;
  const decodeStream = decoder.decodeStream.bind(decoder);
  decoder.decodeStream = (charset) => (isUtf7(charset) ? wholeStream(decodeUtf7) : decodeStream(charset));
  // The stream between joins small pieces, which a message that is written whole has not.
  inside.chunkedPassthrough = inside.splitter;
  const createNode = inside.createNode.bind(inside);
  inside.createNode = (node) => {
    const made = createNode(node);
    if (made.decoder !== undefined) endOnce(made.decoder);
    return made;
  };
  return parser;
}

/** mailparser ends a decoder again when all is read; Node makes an error of that, with its stack, for nobody. */
function endOnce(decoder: Transform): void {
  const end = decoder.end.bind(decoder);
  decoder.end = () => (decoder.writableEnded ? decoder : end());
}

const insideOf = (parser: object): Inside => {
  if (!hasInside(parser)) throw new Error('this mailparser has another inside than the one that was written for');
  return parser;
};

const hasInside = (parser: object): parser is Inside =>
  ['splitter', 'decoder', 'chunkedPassthrough', 'createNode'].every((name) => name in parser);
