/** Enters domains that are worth imitating under the signatures of their look-alikes. */
import type { Observation, RecordKind } from '../domain/observation.ts';
import type { Lesson } from '../domain/ports.ts';
import { domainProfileKey, type KeyOf, keyOf, TENANT } from './keys.ts';
import { type Draft, domainsOf, lesson } from './lesson.ts';
import { signaturesOf } from './resemblance.ts';

const MAX_LOOKALIKES = 32; // domains under one signature
const KNOWN_AFTER_DAYS = 2; // days a domain must have written before it is worth imitating; a first contact is not
const DAY_MS = 86_400_000;

/** A domain that has written on several days; looked at once a domain and day. */
export function knownDomainLesson({ sender, at }: Observation): Lesson {
  const profile = domainProfileKey(sender.orgDomain);
  return lookalikeLesson('known', sender.orgDomain, at, profile, (draft) => {
    const count = draft.get(profile)?.c;
    return count !== undefined && count.d >= KNOWN_AFTER_DAYS ? count.n : 0;
  });
}

/** The same for organisations that the owner writes to: one mail is enough. */
export const solicitedLessons = ({ sender, recipients, at }: Observation): readonly Lesson[] =>
  domainsOf(recipients)
    .filter((orgDomain) => orgDomain !== sender.orgDomain)
    .map((orgDomain) => {
      const domain = keyOf(sender.address, 'domain', orgDomain);
      return lookalikeLesson('solicited', orgDomain, at, domain, (draft) => {
        const record = draft.get(domain);
        return (record?.in?.n ?? 0) + (record?.out?.n ?? 0);
      });
    });

function lookalikeLesson(
  why: string,
  orgDomain: string,
  at: number,
  evidence: KeyOf<RecordKind>,
  countIn: (draft: Draft) => number,
): Lesson {
  const signatures = signaturesOf(orgDomain).map((signature) => keyOf(TENANT, 'lookalike', signature));
  return lesson(`${why} ${orgDomain} ${Math.floor(at / DAY_MS)}`, TENANT, [evidence, ...signatures], (draft) => {
    const count = countIn(draft);
    for (const key of signatures) {
      const known = draft.get(key)?.d ?? {};
      const written = Object.hasOwn(known, orgDomain) ? (known[orgDomain] ?? 0) : 0;
      // Rewritten when it doubled: what counts is its order of magnitude.
      if (count > 0 && count >= 2 * written) draft.set(key, () => ({ d: withCount(known, orgDomain, count) }));
    }
  });
}

function withCount(known: Readonly<Record<string, number>>, domain: string, count: number): Record<string, number> {
  const all = Object.entries({ ...known, [domain]: count });
  return Object.fromEntries(
    all.length <= MAX_LOOKALIKES ? all : all.sort(([, m], [, n]) => n - m).slice(0, MAX_LOOKALIKES),
  );
}
