/** An HTML source as tags and runs of text with their places in it, by htmlparser2's tokenizer. What is between them nobody changes. */
import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
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
  let tag = '';
  let tagStart = 0;
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
    if (run.isEmpty) runStart = start;
    run.verbatim(html.slice(start, end), start);
    runEnd = end;
  };
  const endOpen = (endIndex: number): void => {
    handler.open({ name: tag, attributes, start: tagStart, end: endIndex + 1 });
  };

  const callbacks: TokenizerCallbacks = {
    onopentagname(start, end) {
      endRun();
      tag = html.slice(start, end).toLowerCase();
      tagStart = start - 1;
      attributes = [];
    },
    onopentagend: endOpen,
    onselfclosingtag: endOpen,
    onclosetag(start, end) {
      endRun();
      handler.close(html.slice(start, end).toLowerCase());
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
  };
  const tokenizer = new Tokenizer({ decodeEntities: true }, callbacks);
  tokenizer.write(html);
  tokenizer.end();
}
