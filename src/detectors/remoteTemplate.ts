import type { Correspondent } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import { type Hazard, MAX_HAZARDS_OF_A_KIND, type Message } from '../domain/message.ts';
import { organisationalDomain } from '../text/organisationalDomain.ts';
import { hostOfTarget, isWebTarget, isWithinNetwork } from '../text/remoteTarget.ts';
import { strangeness } from './payload/familiarity.ts';
import { hazardEvidence, hazardsOf } from './payload/hazards.ts';

const LOADED = 1;
const FROM_OWN_SERVER = 0.4; // offices keep templates on a server of theirs, and forget it in what they send
const OUT_OF_REACH = 0.2; // likewise, and nothing comes of it: the owner's program cannot get there
const VALUES_ONLY = 0.2; // Excel asks before it reads the other workbook, and runs nothing of it
const KINDS = ['remote-template', 'linked-workbook'] as const;

/**
 * A document loads its template, or an object, from elsewhere when it is opened: macros that no scanner of the file can see.
 * One indicator per file; strength 1, down to 0.4 from whom the owner writes to when all of it lies on a server of the sender's; 0.2 from
 * anyone when none of it can be reached from outside the sender's network or without signing in to their SharePoint, or when a workbook takes
 * values from another one on the web. Links that a reader clicks and pictures are no such thing. Source: MITRE T1221; CVE-2017-0199, CVE-2022-30190.
 */
export const remoteTemplate = detector({
  id: 'remote-template',
  family: 'attachment',
  attack: 'T1221',
  needs: ['attachments'],
  detect(message, { correspondent }) {
    return message.attachments.flatMap((file) => {
      const found = hazardsOf(file, ...KINDS);
      if (found.length === 0) return [];
      // What the list has no room for may be anything.
      const isCut = KINDS.some((kind) => hazardsOf(file, kind).length >= MAX_HAZARDS_OF_A_KIND);
      const strength = isCut ? LOADED : Math.max(...found.map((one) => strengthOf(one, message, correspondent)));
      return [{ strength, evidence: [hazardEvidence(file, found)] }];
    });
  },
});

function strengthOf({ kind, quote }: Hazard, message: Message, correspondent: Correspondent | undefined): number {
  const target = quote.slice(quote.indexOf(' ') + 1);
  const host = hostOfTarget(target);
  if (host === undefined) return LOADED;
  if (isWithinNetwork(host)) return OUT_OF_REACH;
  // Of a share Windows asks with the reader's own name and password, whatever is read there.
  if (kind === 'linked-workbook' && isWebTarget(target)) return VALUES_ONLY;
  if (!isOwnServer(host, message)) return LOADED;
  return host.endsWith(SHAREPOINT) && BEHIND_SIGN_IN.test(quote)
    ? OUT_OF_REACH
    : FROM_OWN_SERVER + (LOADED - FROM_OWN_SERVER) * strangeness(message.direction, correspondent);
}

/** In the sender's domain, or their organisation's part of SharePoint. */
function isOwnServer(host: string, { sender }: Message): boolean {
  if (sender === undefined) return false;
  return host.endsWith(SHAREPOINT)
    ? tenantLabel(host) === tenantLabel(sender.orgDomain)
    : organisationalDomain(host) === sender.orgDomain;
}

/**
 * A file of a kind without macros by its path, the whole of it. What is shared with anyone has a code: /:w:/s/…, guestaccess.aspx?…,
 * download.aspx?share=…
 */
const BEHIND_SIGN_IN = /^(?=.{1,119}$)\w+ https:\/\/[^/:]+\/[^:?#!]+\.(?:do[ct]|xl[st]|p[op][st])x$/i;

const SHAREPOINT = '.sharepoint.com';

/** kern-ag.de has kernag.sharepoint.com and kernag-my.sharepoint.com. */
const tenantLabel = (domain: string): string => domain.replace(/(?:-my)?\..*$/, '').replaceAll('-', '');
