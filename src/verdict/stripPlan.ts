/** Message + Verdict → what to take out of it: the least that defuses. Only what detectors that fired name; nothing is guessed. */
import type { Finding } from '../domain/finding.ts';
import type { Message } from '../domain/message.ts';
import type { FileTarget, LinkTarget, StripPlan } from '../domain/strip.ts';
import type { AttackType, StripPolicy, Verdict } from '../domain/verdict.ts';
import { warningFor } from './reason.ts';

type Judged = Pick<Verdict, 'findings' | 'contributions' | 'attackType'>;

/** They say that the name in From is somebody else's, or that From names several people. */
const ABOUT_THE_NAME: ReadonlySet<string> = new Set([
  'actor-impersonation',
  'address-in-display-name',
  'brand-impersonation',
  'from-ambiguity',
  'name-bound-elsewhere',
  'vip-impersonation',
]);
/** It looks at the whole message at once. */
const ABOUT_ANY_FILE = 'scanner-match';
/** A click is what they need. When no detector named a link, all of them are the least that is sure. */
const BY_CLICK: ReadonlySet<AttackType> = new Set(['credential-phishing', 'malware']);

/** Types whose links strip locks where they stand, so that the file may stay for a link's sake. */
const REWRITTEN: ReadonlySet<string> = new Set(['text/html', 'application/xhtml+xml', 'text/plain', 'text/calendar']);
const FILE = 'sha256:';

/** What they name is gone from a harmless rendering; a file that is named by any other is removed. */
const FLATTENED: ReadonlySet<string> = new Set([
  'active-pdf',
  'embedded-program',
  'macro-attachment',
  'remote-template',
]);

export function stripPlan(
  message: Message,
  verdict: Judged,
  policy: Pick<StripPolicy, 'files'> = { files: 'remove' },
): StripPlan {
  const fired = verdict.findings.filter(({ outcome }) => outcome === 'fired');
  const links = linksOf(fired, message);
  const files = filesOf(fired, message, verdict, policy);
  const isInAnyFile = files.size === 0 && fired.some(({ detector }) => detector === ABOUT_ANY_FILE);
  const isUnnamed = links.length === 0 && files.size === 0 && !isInAnyFile;
  const isByClick = verdict.attackType !== undefined && BY_CLICK.has(verdict.attackType);
  const isNameFalse = fired.some((finding) => ABOUT_THE_NAME.has(finding.detector) && isAboutFrom(finding));
  return {
    links: isUnnamed && isByClick ? 'all' : links,
    files: isInAnyFile ? 'all' : files,
    ...(isNameFalse && message.sender !== undefined ? { shownAddress: message.sender.address } : {}),
    banner: warningFor(verdict),
  };
}

const isAboutFrom = ({ evidence }: Finding): boolean => evidence.some(({ where }) => where === 'From');
const isAboutLinks = ({ evidence }: Finding): boolean => evidence[0]?.where === 'link';

function linksOf(fired: readonly Finding[], { links }: Message): readonly LinkTarget[] {
  const named = new Set(fired.flatMap(({ targets = [] }) => targets.filter((target) => !target.startsWith(FILE))));
  return [...named].map((to) => {
    const inFile = links?.all.find(({ host, scheme }) => (host === '' ? `${scheme}:` : host) === to)?.inFile;
    return { to, ...(inFile === undefined ? {} : { inFile }) };
  });
}

function filesOf(
  fired: readonly Finding[],
  { attachments = [] }: Message,
  verdict: Judged,
  policy: Pick<StripPolicy, 'files'>,
): ReadonlyMap<string, FileTarget> {
  const files = new Map<string, FileTarget>();
  for (const finding of fired) {
    for (const target of finding.targets ?? []) {
      if (!target.startsWith(FILE)) continue;
      const sha256 = target.slice(FILE.length);
      const file = attachments.find((one) => one.sha256 === sha256);
      const isLockedInPlace = isAboutLinks(finding) && REWRITTEN.has(file?.declaredType ?? '');
      if (isLockedInPlace || files.has(sha256)) continue;
      const type = file?.trueType === undefined ? {} : { trueType: file.trueType };
      const flattening = policy.files === 'flatten' && isFlattened(target, fired) ? { mayFlatten: true as const } : {};
      files.set(sha256, { ...type, why: whyOf(finding, verdict), ...flattening });
    }
  }
  return files;
}

const isFlattened = (file: string, fired: readonly Finding[]): boolean =>
  fired
    .filter(({ targets = [] }) => targets.includes(file))
    .every((finding) => FLATTENED.has(finding.detector) || isAboutLinks(finding)) &&
  !fired.some(({ detector }) => detector === ABOUT_ANY_FILE);

/** The sentence of the verdict; the evidence, where the detector added nothing to the score. */
function whyOf({ detector, evidence }: Finding, { contributions }: Judged): string {
  const sentence = contributions.find(({ source }) => source === detector)?.sentence;
  return sentence ?? evidence[0]?.quote ?? detector;
}
