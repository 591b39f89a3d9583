/** mailparser, reading parts as mail programs do (text/partHeaders.ts) and UTF-7, which it refuses. */
import type { Transform } from 'node:stream';
import type { MailParser } from 'mailparser';
import { type PartReading, type PartSource, readAsMailPrograms } from '../text/partHeaders.ts';
import { decodeUtf7, isUtf7 } from '../text/utf7.ts';
import { wholeStream } from '../text/wholeStream.ts';

/** What is used of mailparser's inside; its type does not declare it. */
interface Inside {
  readonly splitter: PartSource;
  readonly decoder: { decodeStream(charset: string): Transform };
}

export function leniently(parser: MailParser, reading: PartReading): MailParser {
  const { splitter, decoder } = insideOf(parser);
  readAsMailPrograms(splitter, reading);
  const decodeStream = decoder.decodeStream.bind(decoder);
  decoder.decodeStream = (charset) => (isUtf7(charset) ? wholeStream(decodeUtf7) : decodeStream(charset));
  return parser;
}

const insideOf = (parser: object): Inside => {
  if (!hasInside(parser)) throw new Error('this mailparser has another inside than the one that was written for');
  return parser;
};

const hasInside = (parser: object): parser is Inside => 'splitter' in parser && 'decoder' in parser;
