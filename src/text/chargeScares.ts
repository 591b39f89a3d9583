/**
 * How callback scams speak around the number that they want called: of a charge that the reader never made. Suppliers print a number too;
 * they do not tell a customer who it was not. Six languages. Source: FBI IC3 on callback phishing; bills through genuine platforms (T1566.004).
 */

/** As domain/intent.ts has it. */
interface ChargeScare {
  readonly kind: 'denial' | 'alarm' | 'charge' | 'goods' | 'undo';
  readonly quote: string;
}

const MAX_TEXT = 16 * 1024; // characters searched, as for phrases
const MAX_NUMBERS = 10; // as many as are kept of a mail
const MAX_PLACES = 20;
const BEFORE = 300; // characters: the charge is told first, a paragraph or two above the number
const AFTER = 160;
const MAX_QUOTE = 80;

const any = (...parts: readonly string[]): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])(?:${parts.join('|')})`, 'iu');

const DENIAL = any(
  // en. "If you have not made payment yet" is what reminders say
  "(?:not|n['’]?t)\\s(?:[\\p{L}'’]+\\s){0,3}?(?:authori[sz]\\p{L}*|initiat\\p{L}*|plac(?:e|ed)\\s(?:the|this|that|it|such|any)|order(?:ed)?(?=\\s*[?,.!]|\\s(?:it|this|that)\\b)|purchased?\\s(?:it|this|that)|approved?\\s(?:it|this|that|the)|ma[dk]e\\s(?:this|that|these|such|any)\\s|request(?:ed)?\\s(?:this|that)\\s(?:charge|payment|transaction|order|purchase)|recogni[sz]ed?\\s(?:it|this\\s(?:charge|payment|transaction|order|purchase|activity)|the\\s(?:charge|transaction|purchase)))",
  "(?:not|n['’]?t)\\s(?:done\\s)?(?:by\\s)?you(?=\\s*[?,.!;:]|\\s(?:call|phone|dial|ring|contact))",
  "not\\s(?:yours|you\\swho)|n['’]t\\syours",
  'some(?:one|body)\\s(?:has\\s)?(?:else|used|bought|ordered|tried|logged|accessed)',
  // de
  '(?<!noch\\s)nicht\\s(?:von\\sihnen\\s|selbst\\s)?(?:autorisier\\p{L}*|veranlass\\p{L}*|getätigt|genehmigt|erkennen|beauftragt)',
  '(?:waren|haben)\\ssie\\s(?:das|dies|diese[sn]?)\\s(?:\\p{L}+\\s)?nicht',
  'nicht\\s(?:sie|von\\sihnen)(?=\\s*[?,.!])',
  // fr
  "(?:n['’](?:avez|êtes)|pas)\\s(?:pas\\s)?(?:autoris\\p{L}*|effectu\\p{L}*\\s(?:ce|cet|cette)|initi\\p{L}*|vous(?=\\s*[?,.!])|reconnaiss\\p{L}*)|reconnaissez\\spas",
  // es, pt
  'no\\s(?:(?:ha|has|fue)\\s(?:autorizad|realizad\\p{L}*\\sest|hecho\\sest|usted|reconocid)\\p{L}*|reconoce\\p{L}*|autoriz\\p{L}*|reali[cz]\\p{L}*\\sest|hizo\\sest)\\p{L}*',
  'não\\s(?:reconhec\\p{L}*|autoriz\\p{L}*|(?:fez|realiz\\p{L}*)\\sess?t?[ea]|foi\\svocê)',
  // nl
  'niet\\s(?:\\p{L}+\\s)?(?:geautoriseerd|goedgekeurd|herkent|zelf\\sgedaan)',
);

/** Of fraud in general, which honest bills warn of, too. */
const ALARM = any(
  'unauthori[sz]ed',
  '(?:is|was|be)\\s(?:an?|in)\\s(?:error|mistake)',
  'unrecogni[sz]ed',
  'fraud(?!\\s?(?:prevention|protection\\sact))\\p{L}*',
  'suspicious',
  '(?:unknown|another)\\s(?:device|location|ip)',
  'unapproved|unusual\\s(?:activity|purchase|charge|transaction)',
  'unbefugt\\p{L}*|betrugs\\p{L}*|(?:ein|einen|auf)\\sbetrug|betrügerisch\\p{L}*|verdächtig\\p{L}*|unbekannte[sn]?\\sgerät',
  'non\\sautoris\\p{L}*|frauduleu\\p{L}*|fraude|suspect\\p{L}*',
  'fraudulent\\p{L}*|sospechos\\p{L}*|suspeit\\p{L}*',
  'ongeautoriseerd\\p{L}*|onbevoegd\\p{L}*|verdacht\\p{L}*',
);

const CHARGE = any(
  "(?:has|have|had|was|were|is|are|be|been|being|getting|get|gets|successfully)\\s(?:[\\p{L}'’-]+\\s){0,3}?(?:charged|debited|deducted|withdrawn|billed|drafted|auto-?renewed|renewed|taken\\sfrom|processed)",
  'auto(?:matic(?:ally)?)?[\\s-]?(?:pay|renew\\p{L}*|debit\\p{L}*|charge\\p{L}*)',
  '(?:appear|reflect|reflected|show|shown|visible)\\s(?:up\\s)?(?:on|in)\\syour\\s(?:[\\p{L}]+\\s){0,2}?(?:statement|account)',
  '(?:payment|transaction|purchase|order|charge)\\s(?:(?:is|was|has\\sbeen)\\s)?(?:successful|complete|completed|confirmed|went\\sthrough|placed|approved)',
  '(?:on|in|from|used)\\syour\\spaypal',
  '(?:belastet|abgebucht|eingezogen|verlängert)',
  '(?:débit|prélev|renouvel)é\\p{L}*',
  '(?:cargad|debitad|renovad|cobrad|descontad)[oa]s?',
  '(?:afgeschreven|afgeboekt|verlengd|geïncasseerd)',
);

const GOODS = any(
  'bitcoins?|btc|usdt|ethereum|k?[ck]r[iy]pto\\p{L}*|coinbase|binance',
  'gift\\s?cards?|geschenkkarten?|cadeaukaart\\p{L}*',
  'anti[\\s-]?virus|norton|mc\\s?afee|geek\\s(?:squad|team|support|security)|life\\s?lock|defender|firewall',
  '(?:pc|computer|device|internet|total|web|network)\\s(?:protection|security|care|defen[cs]e|shield)',
  '(?:protection|security|support)\\splan',
);

const UNDO = any(
  'cancel\\p{L}*|refund\\p{L}*|disput(?:e|ed|ing)\\b|money\\sback|revers(?:e|al)|revoke|stop\\s(?:it|this|the|these|further|payment)|claim\\syour|(?:any|for)\\sdispute',
  'stornier\\p{L}*|rückerstatt\\p{L}*|erstattung|widerrufen',
  'annul\\p{L}*|rembours\\p{L}*|contester',
  'reembols\\p{L}*|anular|disputa\\p{L}*|estorn\\p{L}*',
  'terugbetal\\p{L}*|betwist\\p{L}*|terugboek\\p{L}*',
);

/**
 * What stands around these telephone numbers, one of each kind; `numbers` as `findPhoneNumbers` gives them. "undo" counts in the sentence
 * of the number or the one before only: terms of business speak of cancelling, too. Linear in the text. Never throws.
 */
export function findChargeScares(text: string, numbers: readonly string[]): readonly ChargeScare[] {
  const searched = text.slice(0, MAX_TEXT).normalize('NFKC').replaceAll(/\s+/g, ' ');
  const found = new Map<ChargeScare['kind'], string>();
  for (const at of placesOf(numbers.slice(0, MAX_NUMBERS), searched)) {
    const around = searched.slice(Math.max(0, at.from - BEFORE), at.to + AFTER);
    const near = sentenceAround(searched, at.from, at.to);
    for (const [kind, words, where] of [
      ['denial', DENIAL, around],
      ['alarm', ALARM, around],
      ['charge', CHARGE, around],
      ['goods', GOODS, around],
      ['undo', UNDO, near],
    ] as const) {
      const [quote] = words.exec(where) ?? [];
      if (quote !== undefined && !found.has(kind)) found.set(kind, quote.slice(0, MAX_QUOTE));
    }
  }
  return [...found].map(([kind, quote]) => ({ kind, quote }));
}

interface Place {
  readonly from: number;
  readonly to: number;
}

/** Wherever they stand, also with other blanks or as digits alone: sellers print theirs at the top, too. */
function placesOf(numbers: readonly string[], text: string): readonly Place[] {
  const digits = numbers.map((number) => number.replace(/\D/g, '')).filter((one) => one !== '');
  const matches = digits.flatMap((one) => [
    ...text.matchAll(new RegExp([...one].join('\\D{0,4}'), 'g')).take(MAX_PLACES),
  ]);
  return matches.slice(0, MAX_PLACES).map(({ index, 0: { length } }) => ({ from: index, to: index + length }));
}

const SENTENCE = 120; // characters on each side at most

function sentenceAround(text: string, from: number, to: number): string {
  const before = text.slice(Math.max(0, from - SENTENCE), from);
  const after = text.slice(to, to + SENTENCE);
  const start = Math.max(before.lastIndexOf('. '), before.lastIndexOf('! '));
  const end = after.search(/[.!?](?:\s|$)/);
  return `${before.slice(start + 1)}${text.slice(from, to)}${end < 0 ? after : after.slice(0, end)}`;
}
