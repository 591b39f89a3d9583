import { detector } from '../domain/finding.ts';
import type { Sender } from '../domain/message.ts';
import { isEstablished, OUTBOUND } from './history/relations.ts';

const LETTER_BY_LETTER = 1; // a.d.b.u.d.b.n.h.11.shop.example: a wildcard record under a throwaway domain
const LETTERS_AND_DIGITS = 1; // 75unl106i8.com
const NAME_AND_NUMBER = 0.7; // Aponte_Kevin_68278@, from a list of names
const CONSONANTS = 0.5; // gspqfpmlq.net; firms with initials (gdhbjt.com) are written so, too
const MIN_SINGLE_LABELS = 3;
const MIN_TURNS = 4; // from letters to digits or back within one word of a label; product names have up to three
const TURN = /[a-z](?=\d)|\d(?=[a-z])/g;
const FOR_A_WORD = /(?<=[a-z])[24](?=[a-z])/g; // "to", "for": web2print4all.de
const NAME_WITH_NUMBER = /^[a-z]+_[a-z]+_\d{5,}$/i; // four digits are a year of birth
const CONSONANT_RUN = /[bcdfghjklmnpqrstvwxz]{7}/;
const ONE_SOUND = /sch|ch|ck|ph|sh|th/g; // angstschweiss.de
const PUNYCODE = 'xn--';

/**
 * The sender's address was made by a program, as those are that live for one campaign: no name that anybody would choose or remember.
 * 0 or 1 indicator; strength by the pattern. Silent for established senders, for internationalised names, and for names with a number at
 * freemail. Source: measured on openly published mail, docs/detectors.md.
 */
export const generatedAddress = detector({
  id: 'generated-address',
  family: 'identity',
  attack: 'T1585.002',
  needs: ['sender'],
  detect({ sender, direction }, { correspondent }) {
    if (direction === 'outbound') return OUTBOUND;
    if (isEstablished(correspondent)) return [];
    const strength = strengthOf(sender);
    const expected = 'a name that somebody chose';
    return strength === 0 ? [] : [{ strength, evidence: [{ where: 'From', quote: sender.address, expected }] }];
  },
});

function strengthOf({ local, domain, orgDomain, isFreemail }: Sender): number {
  const suffixLabels = orgDomain.split('.').length - 1;
  const labels = domain.split('.').slice(0, -suffixLabels);
  if (labels.filter((label) => label.length === 1).length >= MIN_SINGLE_LABELS) return LETTER_BY_LETTER;
  const words = labels.filter((label) => !label.startsWith(PUNYCODE)).flatMap((label) => label.split('-'));
  if (words.some((word) => (word.replaceAll(FOR_A_WORD, '').match(TURN)?.length ?? 0) >= MIN_TURNS))
    return LETTERS_AND_DIGITS;
  if (!isFreemail && NAME_WITH_NUMBER.test(local)) return NAME_AND_NUMBER;
  return words.some((word) => CONSONANT_RUN.test(word.replaceAll(ONE_SOUND, 's'))) ? CONSONANTS : 0;
}
