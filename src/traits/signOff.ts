/** How a writer closes a mail: a habit that stays when the program changes. Six languages. */

const MAX_TAIL_LINES = 8; // of the writer's own words, counted from the end
const MAX_LINE = 80; // characters: a longer one is a sentence
const MAX_SIGNATURE_LINES = 40; // behind '-- ': a longer one is no signature
const MAX_READ = 6_000; // characters from the end: so many lines of usual length

const CLOSINGS = [
  '(?:(?:many|with|best|kind(?:est)?|warm(?:est)?) )*(?:thanks|thank you|regards|wishes)',
  '(?:thanks|thank you|thx)(?: (?:again|a lot|so much|very much|in advance|and (?:best |kind )?regards|& regards))?',
  'thx|cheers|sincerely|best|br|rgds|all the best|yours (?:sincerely|truly|faithfully)',
  '(?:mit )?(?:freundliche[nm]?|beste[nm]?|herzliche[nm]?|liebe[nm]?|viele[nm]?|schöne[nm]?) gr(?:ü|ue)(?:ß|ss)(?:en?)?',
  '(?:vielen|besten|herzlichen|lieben) dank|gr(?:ü|ue)(?:ß|ss)e?|danke|mfg|vg|lg|bg',
  '(?:met )?(?:(?:vriendelijke|hartelijke) )?groet(?:en|jes)?|mvg|bedankt|met dank',
  "(?:bien )?cordialement|bien à (?:vous|toi)|merci(?: (?:beaucoup|d'avance))?|salutations|(?:meilleures|sincères) salutations",
  '(?:(?:un )?(?:cordial )?saludos?|saludos cordiales|atentamente|(?:muchas )?gracias)',
  'atenciosamente|att|(?:um )?abraços?|(?:(?:com os )?melhores )?cumprimentos|(?:muito )?obrigad[oa]',
];
const CLOSING = new RegExp(`^(?:${CLOSINGS.join('|')})(?![\\p{L}\\d])`, 'iu');
const NAME = /^[-–~]?\s?\p{Lu}(?:[\p{L}.'’-]{0,20}\s){0,2}[\p{L}'’-]{0,20}$/u;

/**
 * The closing words as written and what stands around them, never a name: 'best regards, name', 'name --', 'none'. `newText` is what the
 * writer added (domain/message.ts). Linear in the last lines. Never throws.
 */
export function signOff(newText: string): string {
  const lines = newText.trimEnd().slice(-MAX_READ).split('\n');
  const mark = lines.findLastIndex((line, at) => /^--\s?$/.test(line) && at >= lines.length - MAX_SIGNATURE_LINES);
  const own = (mark < 0 ? lines : lines.slice(0, mark)).slice(-2 * MAX_TAIL_LINES);
  const tail = own
    .map((line) => line.normalize('NFC').replace(/\s+/g, ' ').trim())
    .filter((line) => !/^[-_=*]*$/.test(line))
    .slice(-MAX_TAIL_LINES);
  return [...closing(tail), ...(mark < 0 ? [] : ['--'])].join(' ') || 'none';
}

/** The last line that closes, alone or before a name, and whether a name follows. */
function closing(tail: readonly string[]): readonly string[] {
  for (let at = tail.length - 1; at >= 0; at--) {
    const line = tail[at] ?? '';
    const [words] = (line.length > MAX_LINE ? undefined : CLOSING.exec(line)) ?? [];
    if (words === undefined) continue;
    const mark = line.slice(words.length).match(/^ ?[,.!]+/)?.[0] ?? '';
    const rest = line.slice(words.length + mark.length).trim();
    if (rest !== '' && !NAME.test(rest)) continue;
    const isNamed = rest !== '' || NAME.test(tail[at + 1] ?? '');
    return [`${words.toLowerCase()}${mark.includes(',') ? ',' : ''}`, ...(isNamed ? ['name'] : [])];
  }
  return NAME.test(tail.at(-1) ?? '') ? ['name'] : [];
}
