/** What the three look-alike detectors share: they differ only in whose domain is imitated. */
import type { Baseline, Resemblance } from '../../domain/baseline.ts';
import type { Indicator } from '../../domain/finding.ts';
import type { NamedAddress } from '../../domain/mail.ts';
import type { Sender } from '../../domain/message.ts';
import { brandOf } from '../../text/lists.ts';
import { countOf, isSolicited, weightOf } from './relations.ts';

/** How seldom two unrelated domains stand in this relation by chance. The five kinds of detection.md §3 "Identity". */
const KIND_STRENGTH: Readonly<Record<Resemblance['kind'], number>> = {
  confusable: 1, // looks the same to the eye: UTS 39 §4
  edit: 0.9, // scaled by length below
  subdomain: 0.8, // our name in front of a stranger's domain
  combination: 0.6, // resellers and fan sites do it too
  'suffix-swap': 0.6, // companies own several of their own
};
const CHANCE_LETTERS = 4; // names this short are one letter from many others (sublime-rules look at names over 3 letters)
const TELLING_LETTERS = 8;
const MIN_EDIT_SHARE = 0.3;
const FAMILIAR_DAYS = 20; // days on which a domain was seen at which it counts as familiar in itself
const UNSOLICITED_FLOOR = 0.3; // days alone never silence: a slow-drip sender can collect them, detection.md §2

/** 0 or more indicators for look-alikes of domains of one sort in From and Reply-To. */
export function lookalikesOf(known: Resemblance['known'], sender: Sender, baseline: Baseline): readonly Indicator[] {
  const from = sender.isFreemail ? 0 : unfamiliarityOfSender(baseline);
  const replyTo = foreignReplyTo(sender, baseline);
  return [
    ...indicators(known, baseline.senderResemblances, from, { where: 'From', shown: sender }),
    ...(replyTo === undefined
      ? []
      : indicators(known, baseline.replyToResemblances, 1, { where: 'Reply-To', shown: replyTo })),
  ];
}

function indicators(
  known: Resemblance['known'],
  resemblances: readonly Resemblance[],
  unfamiliarity: number,
  { where, shown }: { readonly where: string; readonly shown: NamedAddress },
): readonly Indicator[] {
  return resemblances
    .filter((resemblance) => resemblance.known === known && !isOfThatBrand(shown, resemblance))
    .map((resemblance) => ({
      strength: kindStrength(resemblance) * knownStrength(resemblance) * unfamiliarity,
      evidence: [
        {
          where,
          quote: shown.domain,
          expected: resemblance.domain,
          ...(resemblance.messageCount === 0 ? {} : { messageCount: resemblance.messageCount }),
        },
      ],
    }))
    .filter((indicator) => indicator.strength > 0);
}

/** A brand's other domains resemble each other. */
const isOfThatBrand = ({ domain }: NamedAddress, { brand }: Resemblance): boolean =>
  brand !== undefined && brandOf(domain) === brand;

function kindStrength({ kind, domain }: Resemblance): number {
  if (kind !== 'edit') return KIND_STRENGTH[kind];
  const letters = domain.indexOf('.') < 0 ? domain.length : domain.indexOf('.');
  const share = (letters - CHANCE_LETTERS) / (TELLING_LETTERS - CHANCE_LETTERS);
  return KIND_STRENGTH.edit * Math.min(1, Math.max(MIN_EDIT_SHARE, share));
}

/** A correspondent is worth imitating as far as it is known; the organisation itself and brands always are. */
const knownStrength = ({ known, messageCount }: Resemblance): number =>
  known === 'correspondent' ? weightOf(messageCount) : 1;

/** 1 for a domain nobody has met, 0 once the owner wrote there. */
function unfamiliarityOfSender({ correspondent, domain, domainProfile }: Baseline): number {
  if (isSolicited(correspondent) || countOf(domain?.sent) > 0) return 0;
  const days = Math.max(domain?.received?.distinctDays ?? 0, domainProfile?.received.distinctDays ?? 0);
  return Math.max(UNSOLICITED_FLOOR, 1 - days / FAMILIAR_DAYS);
}

const foreignReplyTo = (sender: Sender, { correspondent, correspondents }: Baseline): NamedAddress | undefined =>
  sender.replyTo.find(
    (target) =>
      target.orgDomain !== sender.orgDomain &&
      !correspondent?.replyToOrgDomains.has(target.orgDomain) &&
      !isSolicited(correspondents.get(target.address)),
  );
