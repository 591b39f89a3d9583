/** A platform writes for somebody unknown about a charge that the reader is to call about. */
import type { Baseline } from '../../domain/baseline.ts';
import type { ChargeScare } from '../../domain/intent.ts';
import type { Direction } from '../../domain/mail.ts';
import type { Actor, CalendarInvite, Content } from '../../domain/message.ts';
import { findChargeScares } from '../../text/chargeScares.ts';
import { findBrands, isFreemail } from '../../text/lists.ts';
import { isTrustedActor } from '../history/actors.ts';
import { exchangedCount } from '../history/relations.ts';
import { brandBehind } from './brandOwners.ts';
import { namesSum } from './sums.ts';

export interface UnwantedCharge {
  /** 2 upwards; below there is none. */
  readonly signs: number;
  readonly quotes: readonly string[];
}

const ENOUGH = 2; // each sign alone stands in honest bills, too: "to change or cancel the order, call us"
export const CERTAIN = 3;
const POINTS: Readonly<Record<ChargeScare['kind'], number>> = { denial: 2, alarm: 1, charge: 1, goods: 1, undo: 1 };
const PRESSES = 1;
const IS_DESK = 1;
const BEARS_BRAND = 1;
const FALSE_BRAND = 2; // no brand has its bills answered at gmail.com, and PayPal bills nobody through PayPal
const NUMBER_IN_NAME = 2; // people and firms are not called "Call 888 555 0142"
const ESTABLISHED_DAYS = 3; // as for unknown-actor

/** What sellers do not call themselves, and departments of somebody else do. */
const DESK =
  /\b(?:(?:tech(?:nical)?|customer) support|help\s?(?:desk|line)|customer (?:care|service)s?|care (?:team|cent(?:er|re))|refunds?|cancell?ations?|(?:billing|order|payment|subscription|security|fraud|account|renewal)s? (?:department|dept|desk|team|confirmation|notice|alert|support|cent(?:er|re))|(?:billing|fraud|security) (?:dep|unit)|auto[ -]?pay|anti[ -]?virus|norton|mc ?afee|geek|defender|kundendienst|kundenservice|service client|atenci[oó]n al cliente|klantenservice)/i;

/**
 * Undefined without a number and a sum, for whom the mailbox knows, and where nothing but a number is there: suppliers print theirs on
 * each bill. Otherwise by what stands around the number, and what the biller calls itself.
 */
export function unwantedCharge(
  actor: Actor | undefined,
  content: Pick<Content, 'text' | 'phoneNumbers' | 'intents' | 'pressureQuotes'>,
  direction: Direction,
  baseline: Baseline,
): UnwantedCharge | undefined {
  if (actor === undefined || content.phoneNumbers.length === 0 || !isUnknown(actor, direction, baseline))
    return undefined;
  if (!namesSum(content.text)) return undefined;
  const scares = new Map<ChargeScare['kind'], string>(
    findChargeScares(content.text, content.phoneNumbers).map(({ kind, quote }) => [kind, quote]),
  );
  // The words of `callback-lure` say mostly what a call is to undo.
  const [asked] = content.intents.filter(({ intent }) => intent === 'callback');
  if (asked !== undefined && !scares.has('undo')) scares.set('undo', asked.quote);
  const isPressing = scares.size > 0 && content.pressureQuotes.length > 0;
  const points = pointsOf([...scares.keys()]) + (isPressing ? PRESSES : 0);
  const seller = sellerPoints(actor, content);
  const signs = points === 0 && seller < ENOUGH ? 0 : points + seller;
  return signs < ENOUGH ? undefined : { signs, quotes: [...scares.values()] };
}

const pointsOf = (kinds: readonly ChargeScare['kind'][]): number => kinds.reduce((sum, kind) => sum + POINTS[kind], 0);

/** The same of an event, by what it says around a number of its own. */
export function chargeInEvent({ chargeScares = [], phoneNumbers }: CalendarInvite): UnwantedCharge | undefined {
  const signs = pointsOf(chargeScares.map(({ kind }) => kind));
  if (signs < CERTAIN) return undefined; // a talk on fraud has a number to dial, too
  return { signs, quotes: [...phoneNumbers.slice(0, 1), ...chargeScares.map(({ quote }) => quote)] };
}

const isUnknown = (actor: Actor, direction: Direction, baseline: Baseline): boolean =>
  direction === 'inbound' &&
  !isTrustedActor(actor, baseline) &&
  (baseline.actor?.received?.distinctDays ?? 0) < ESTABLISHED_DAYS &&
  exchangedCount(baseline.actor?.correspondent) === 0;

function sellerPoints(actor: Actor, content: Pick<Content, 'phoneNumbers'>): number {
  const { name = '', address, platform } = actor;
  const brand = findBrands(name).find((one) => address === undefined || one !== brandBehind(address.domain));
  const isFalse = brand === platform || (address !== undefined && isFreemail(address.domain));
  const brandPoints = brand === undefined ? 0 : isFalse ? FALSE_BRAND : BEARS_BRAND;
  const isDesk = DESK.test(name) || (brand !== undefined && /\bsupport\b/i.test(name));
  return brandPoints + (isDesk ? IS_DESK : 0) + (bearsNumber(actor, content) ? NUMBER_IN_NAME : 0);
}

function bearsNumber({ name = '' }: Actor, { phoneNumbers }: Pick<Content, 'phoneNumbers'>): boolean {
  const digits = name.replace(/\D/g, '');
  return digits.length >= 8 && phoneNumbers.some((number) => digits.includes(number.replace(/\D/g, '')));
}
