/** Scripts in PDFs: which reach outside the form, and which only arrange how it is shown (Acrobat JavaScript API reference). */

/** util.printd is a form's way to write the date; with a format that is long, or made by the script, it overran readers (CVE-2008-2992's kin). */
const CALLS =
  /\b(?:app\.launchURL|launchURL|getURL|exportDataObject|openDoc|submitForm|mailMsg|util\.printd(?!\s{0,4}\\?\(\s{0,4}(?:"[\w ./:,-]{0,40}"|'[\w ./:,-]{0,40}'|\d)\s{0,4}[,)])|Collab\.\w{1,30}|eval|unescape|newPlayer|getAnnots|spell\.\w{1,20}|SOAP\.\w{1,20})\s{0,4}\(?/;

/** The first call that reaches outside in `text`, a piece of the file. */
export const reachingCall = (text: string): string | undefined => CALLS.exec(text)?.[0];

const NAME = '[A-Za-z_]\\w{0,30}';
const STRING = `(?:"[^"\\\\]{0,80}"|'[^'\\\\]{0,80}')`;
const LITERAL = `(?:${STRING}|-?\\d[\\d.]{0,10}|true|false)`;
const DATE = `util\\.printd\\(\\s?${STRING}\\s?,\\s?new Date(?:\\(\\))?\\s?\\)`;
/** Nothing in the brackets calls anything. */
const ARGUMENTS = `(?:\\{[\\w\\s:,.'"-]{0,300}\\}|[\\w\\s,.'"-]{0,100})`;
const STATEMENT = new RegExp(
  `^(?:${[
    `(?:this\\.)?print\\(${ARGUMENTS}\\)`,
    `(?:this\\.)?(?:zoom|zoomType|layout|pageNum|dirty) ?= ?(?:${LITERAL}|zoomtype\\.\\w{1,20})`,
    `(?:this\\.)?getField\\( ?${STRING} ?\\)\\.value ?= ?(?:${LITERAL}|${DATE})`,
    `(?:var )?(?<made>${NAME}) ?= ?(?:this\\.)?getPrintParams\\(\\)`,
    `(?<set>${NAME})\\.${NAME} ?= ?(?:${LITERAL}|${NAME}\\.constants\\.${NAME}\\.${NAME})`,
  ].join('|')})$`,
);
const MAX_SCRIPT = 600; // characters

/** It prints, zooms, turns to a page, or writes the date into a field, and does nothing else. */
export function isViewScript(script: string): boolean {
  if (script.length > MAX_SCRIPT) return false;
  const lines = script.replace(/\{[^{}]{0,300}\}/g, (group) => group.replace(/\s+/g, ' ')).split(/[;\r\n]+/);
  const statements = lines.map((line) => line.trim().replace(/\s+/g, ' ')).filter((line) => line !== '');
  const made = new Set<string>();
  return statements.every((statement) => {
    const groups = STATEMENT.exec(statement)?.groups;
    if (groups === undefined) return false;
    if (groups.made !== undefined) made.add(groups.made);
    return groups.set === undefined || made.has(groups.set);
  });
}
