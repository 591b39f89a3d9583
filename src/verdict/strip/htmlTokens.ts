/** An HTML source as tags and runs of text with their places in it, by htmlparser2's tokenizer. What is between them nobody changes. */
import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { newNesting, tokenize } from '../../text/htmlNesting.ts';
import { type MappedText, newTextMapper } from './mappedText.ts';

export interface HtmlAttribute {
  /** Lower-case. */
  readonly name: string;
  /** Entities decoded. */
  readonly value: string;
  /** The whole of it, name and quotes included. */
  readonly start: number;
  readonly end: number;
}

export interface HtmlTag {
  /** Lower-case. */
  readonly name: string;
  /** Also those that a browser drops because they are there twice: others may take the last. */
  readonly attributes: readonly HtmlAttribute[];
  /** At '<'. */
  readonly start: number;
  /** After '>'. */
  readonly end: number;
  /** The source ends in it. What a mail program puts behind may complete it. */
  readonly isUnfinished: boolean;
}

export interface HtmlHandler {
  open(tag: HtmlTag): void;
  close(name: string): void;
  /** Between two tags, entities decoded. `start` is its place in the source. */
  text(run: MappedText, start: number): void;
  /** What stands between '<!--' and '-->'; `start` is the place of its first character. */
  comment(content: string, start: number): void;
}

/** Linear, whatever the source holds. */
export function walkTokens(html: string, handler: HtmlHandler): void {
  const unfinishedAt = readTokens(html, handler);
  const unfinished = unfinishedAt === undefined ? undefined : completed(html, unfinishedAt);
  if (unfinished !== undefined) handler.open(unfinished);
}

const COMPLETIONS = ['>', '">', "'>"];

/** The tag that the source ends in, as it would read with what ends it soonest. */
function completed(html: string, start: number): HtmlTag | undefined {
  const rest = html.slice(start);
  const within = (place: number): number => Math.min(html.length, start + place);
  let found: HtmlTag | undefined;
  const keep = (tag: HtmlTag): void => {
    const attributes = tag.attributes.map((one) => ({ ...one, start: within(one.start), end: within(one.end) }));
    found ??= { ...tag, attributes, start, end: html.length, isUnfinished: true };
  };
  for (const completion of COMPLETIONS) {
    readTokens(`${rest}${completion}`, { open: keep, close: ignore, text: ignore, comment: ignore });
    if (found !== undefined) return found;
  }
  return undefined;
}

const ignore = (): void => undefined;

/** Answers where the tag begins that the source ends in. */
function readTokens(html: string, handler: HtmlHandler): number | undefined {
  const nesting = newNesting(ignore);
  let tag = '';
  let tagStart = 0;
  let isInTag = false;
  let attributes: HtmlAttribute[] = [];
  let name = '';
  let nameStart = 0;
  let values: string[] = [];
  let run = newTextMapper();
  let runStart = 0;
  let runEnd = 0;

  const endRun = (): void => {
    if (run.isEmpty) return;
    const ended = run.result();
    run = newTextMapper();
    handler.text(ended, runStart);
  };
  const addText = (start: number, end: number): void => {
    if (start < 0) return; // what an end tag holds that never ends
    if (run.isEmpty) runStart = start;
    run.verbatim(html.slice(start, end), start);
    runEnd = end;
  };
  const endOpen = (endIndex: number): void => {
    isInTag = false;
    nesting.open(tag === 'image' && !nesting.isForeign() ? 'img' : tag, { get: lookUp });
    handler.open({ name: tag, attributes, start: tagStart, end: endIndex + 1, isUnfinished: false });
  };

  const lookUp = (wanted: string): string | undefined => attributes.find((one) => one.name === wanted)?.value;

  const callbacks: TokenizerCallbacks = {
    onopentagname(start, end) {
      endRun();
      tag = html.slice(start, end).toLowerCase();
      tagStart = start - 1;
      isInTag = true;
      attributes = [];
    },
    onopentagend: endOpen,
    onselfclosingtag(endIndex) {
      endOpen(endIndex);
      nesting.endSelfClosing();
    },
    onclosetag(start, end) {
      endRun();
      const name = html.slice(start, end).toLowerCase();
      nesting.close(name);
      handler.close(name);
    },
    onattribname(start, end) {
      name = html.slice(start, end).toLowerCase();
      nameStart = start;
      values = [];
    },
    onattribdata: (start, end) => values.push(html.slice(start, end)),
    onattribentity: (code) => values.push(String.fromCodePoint(code)),
    onattribend: (_quote, end) => attributes.push({ name, value: values.join(''), start: nameStart, end }),
    ontext: addText,
    ontextentity(code, end) {
      // The source of an entity begins where the text before it ends, which the tokenizer has handed over already.
      const start = run.isEmpty ? html.lastIndexOf('&', end - 1) : runEnd;
      if (run.isEmpty) runStart = start;
      run.decoded(String.fromCodePoint(code), start, end);
      runEnd = end;
    },
    oncdata: (start, end, offset) => addText(start, end - offset),
    oncomment(start, end, offset) {
      endRun();
      handler.comment(html.slice(start, end - offset), start);
    },
    ondeclaration: endRun,
    onprocessinginstruction: endRun,
    onend: endRun,
    isInForeignContext: nesting.isForeign,
  };
  tokenize(new Tokenizer({ decodeEntities: true }, callbacks), html, nesting);
  return isInTag ? tagStart : undefined;
}
