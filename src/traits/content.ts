/** What the mail says: text seen and unseen, its language, what it asks for, whom it names. */
import type { ParsedMail } from '../domain/mail.ts';
import type { Content, Sender } from '../domain/message.ts';
import { findIntentCues, findPressure } from '../text/intents.ts';
import { detectLanguage } from '../text/language.ts';
import { findBrands } from '../text/lists.ts';
import type { HtmlFacts } from './html.ts';
import { findPhoneNumbers } from './phoneNumbers.ts';
import { withoutQuoted } from './quotedText.ts';
import { signOff } from './signOff.ts';
import { countWords, withoutInvisible } from './visibleText.ts';

const MAX_TEXT = 64 * 1024; // domain/message.ts
const MAX_SEARCHED = 16 * 1024; // characters searched for phrases: people read no further, and attackers write short
const MAX_BRAND_TEXT = 2_000; // characters: who a mail claims to be from stands at its beginning
const MAX_TITLE = 500; // characters of a name or subject in which letters set apart are looked for
const LETTERS_APART = /(?<![\p{L}\p{N}])\p{L}(?:[ ._*·-]\p{L}){3,}(?![\p{L}\p{N}])/gu; // "N e t f l i x"

export function content(
  mail: Pick<ParsedMail, 'text' | 'html' | 'subject' | 'structure'>,
  html: HtmlFacts,
  sender?: Pick<Sender, 'name'>,
): Content {
  const { text, newText, shown } = readText(mail, html);
  // Nothing but a quotation: a forward, or a lure dressed up as one.
  const message = newText === '' ? text : newText;
  const searched = `${mail.subject}\n${message}`.slice(0, MAX_SEARCHED);
  return {
    text,
    newText,
    signOff: signOff(newText),
    wordCount: countWords(shown),
    language: detectLanguage(message.slice(0, MAX_SEARCHED)),
    htmlToTextRatio: mail.html === '' ? 0 : mail.html.length / Math.max(1, html.text.length),
    hiddenText: html.hiddenText,
    hiddenCharCount: html.hiddenCharCount,
    intents: findIntentCues(searched),
    pressureQuotes: findPressure(searched),
    phoneNumbers: findPhoneNumbers(searched),
    brands: brandsNamed(mail.subject, message, sender?.name),
    formCount: html.formCount,
    hasPasswordField: html.passwordFieldCount > 0,
    hasScript: html.scriptCount > 0 || html.handlers.length > 0,
    imageCount: html.imageCount,
  };
}

interface ReadText {
  readonly text: string;
  readonly newText: string;
  /** What stands on the reader's screen, which may be nothing but a picture. */
  readonly shown: string;
}

/** A reader with HTML sees the HTML half of an alternative (RFC 2046 §5.1.4), and both when they stand one after the other. */
function readText(mail: Pick<ParsedMail, 'text' | 'html' | 'structure'>, html: HtmlFacts): ReadText {
  const plain = withoutInvisible(mail.text.slice(0, MAX_TEXT));
  if (mail.html === '') return asRead(plain, withoutQuoted(plain), plain);
  const ownHtml = withoutQuoted(html.ownText);
  if (plain.trim() !== '' && showsPlain(mail.structure)) {
    const both = `${plain}\n${html.text}`;
    return asRead(both, `${withoutQuoted(plain)}\n${ownHtml}`, both);
  }
  return html.text === '' ? asRead(plain, withoutQuoted(plain), '') : asRead(html.text, ownHtml, html.text);
}

/** Whether plain text stands outside an alternative too. `structure` is short: parsing cuts it. */
function showsPlain(structure: string | undefined): boolean {
  const outside = structure
    ?.replaceAll(/multipart\/related\([^()]*\)/g, '')
    .replaceAll(/multipart\/alternative\([^()]*\)/g, '');
  return outside?.includes('plain/') ?? false;
}

const asRead = (text: string, newText: string, shown: string): ReadText => ({
  text: text.slice(0, MAX_TEXT),
  newText: newText.trim() === '' ? '' : newText.slice(0, MAX_TEXT),
  shown: shown.slice(0, MAX_TEXT),
});

/** Letters set apart, which readers read as one word, as that word. */
const joined = (title: string): string =>
  title.length > MAX_TITLE ? title : title.replace(LETTERS_APART, (letters) => letters.replace(/[ ._*·-]/g, ''));

function brandsNamed(subject: string, text: string, name: string | undefined): Content['brands'] {
  const inName = name === undefined ? [] : findBrands(joined(name));
  return [
    ...inName.map((brand) => ({ brand, where: 'display-name' as const })),
    ...findBrands(joined(subject)).map((brand) => ({ brand, where: 'subject' as const })),
    ...findBrands(text.slice(0, MAX_BRAND_TEXT)).map((brand) => ({ brand, where: 'text' as const })),
  ];
}
