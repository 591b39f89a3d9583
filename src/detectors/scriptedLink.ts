import { detector } from '../domain/finding.ts';
import type { Link } from '../domain/message.ts';
import { strangeness } from './payload/familiarity.ts';
import { linkEvidence } from './payload/links.ts';

/** What a click runs, by scheme. Mail programs drop most of these: who writes them hopes for one that does not. */
const SCHEME_STRENGTH: Readonly<Record<string, number>> = {
  javascript: 1,
  vbscript: 1,
  data: 1,
  blob: 1,
  'search-ms': 1, // opens a remote folder as if it were local
  search: 1,
  'ms-msdt': 1, // CVE-2022-30190
  'ms-appinstaller': 1, // CVE-2021-43890
  'view-source': 0.5,
  file: 1,
};
const FILE_FROM_KNOWN = 0.2; // offices mail each other paths of their file server
const OWN_PATH = /^file:(?:\/|\/{3})[^/]/i; // RFC 8089 appendix B: two or four slashes name a machine
const LOCAL_FILE = 0.1; // file:///home/… names no other machine: logs and instructions are full of them
/** `javascript:;`, `javascript:void(0)`, `javascript:history.back()`: links that were never meant to go anywhere. */
const IDLE_SCRIPT = /^javascript:(?:\s|%20|;|\/\/|void\(?\s?\d?\s?\)?|history\.(?:back|go)\([-\d]{0,3}\)){0,6}$/i;
const PICTURE = /^data:image\/(?!svg)/i;

/**
 * A link runs a script, holds a page in itself or opens a file path.
 * One indicator per such link; strength 1, paths on another machine 0.2 from correspondents, on the
 * reader's own 0.1. Silent for pictures held in data: and for idle scripts that
 * web pages leave behind. Source: RFC 2397, RFC 8089; detection-ideas.md 26.
 */
export const scriptedLink = detector({
  id: 'scripted-link',
  family: 'link',
  attack: 'T1204.001',
  needs: ['links'],
  detect({ links, direction }, { correspondent }) {
    const distance = strangeness(direction, correspondent);
    return links.clickable
      .filter((link) => SCHEME_STRENGTH[link.scheme] !== undefined && !isIdle(link))
      .map((link) => ({ strength: strengthOf(link, distance), evidence: [linkEvidence(link)] }));
  },
});

const isIdle = ({ scheme, url }: Link): boolean => (scheme === 'data' ? PICTURE : IDLE_SCRIPT).test(url);

function strengthOf({ scheme, url }: Link, distance: number): number {
  if (scheme !== 'file') return SCHEME_STRENGTH[scheme] ?? 0;
  return OWN_PATH.test(url) ? LOCAL_FILE : FILE_FROM_KNOWN + (1 - FILE_FROM_KNOWN) * distance;
}
