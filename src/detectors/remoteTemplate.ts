import type { Correspondent } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Message } from '../domain/message.ts';
import { isLocalAddress } from '../text/localNetworks.ts';
import { isIpLiteral, organisationalDomain } from '../text/organisationalDomain.ts';
import { strangeness } from './payload/familiarity.ts';
import { hazardEvidence, hazardsOf } from './payload/hazards.ts';

const LOADED = 1;
const FROM_OWN_SERVER = 0.4; // offices keep templates on a server of theirs, and forget it in what they send

/**
 * A document loads its template, or an object, from elsewhere when it is opened: macros that no scanner of the file can see.
 * One indicator per file; strength 1, down to 0.4 from whom the owner writes to when all of it lies on a server of the sender's. Links that a
 * reader clicks and pictures are no such thing. Source: MITRE T1221; CVE-2017-0199, CVE-2022-30190.
 */
export const remoteTemplate = detector({
  id: 'remote-template',
  family: 'attachment',
  attack: 'T1221',
  needs: ['attachments'],
  detect(message, { correspondent }) {
    return message.attachments.flatMap((file) => {
      const found = hazardsOf(file, 'remote-template');
      if (found.length === 0) return [];
      const isOwn = found.every(({ quote }) => isOwnServer(quote.slice(quote.indexOf(' ') + 1), message));
      return [
        { strength: isOwn ? ofOwnServer(message, correspondent) : LOADED, evidence: [hazardEvidence(file, found)] },
      ];
    });
  },
});

const ofOwnServer = ({ direction }: Message, correspondent: Correspondent | undefined): number =>
  FROM_OWN_SERVER + (LOADED - FROM_OWN_SERVER) * strangeness(direction, correspondent);

/** In the sender's domain, on their network, or their organisation's part of SharePoint. */
function isOwnServer(target: string, { sender }: Message): boolean {
  const host = hostOf(target);
  if (host === undefined) return false;
  if (isIpLiteral(host)) return isLocalAddress(host);
  if (!host.includes('.')) return true;
  if (sender === undefined) return false;
  return host.endsWith(SHAREPOINT)
    ? tenantLabel(host) === tenantLabel(sender.orgDomain)
    : organisationalDomain(host) === sender.orgDomain;
}

const SHAREPOINT = '.sharepoint.com';

/** kern-ag.de has kernag.sharepoint.com and kernag-my.sharepoint.com. */
const tenantLabel = (domain: string): string => domain.replace(/(?:-my)?\..*$/, '').replaceAll('-', '');

/** A quote is cut short: only with what follows a host is it the whole of it, and no user name. */
const WEB = /^(?:https?|ftp):[\\/]*(?:[^\\/?#]*@)?([^\\/?#:]+)(?::\d+)?[\\/?#]/i;
/** \\server\share and file://server/share; server@SSL and server@8080 are WebDAV. */
const SHARE = /^(?:file:)?[\\/]{2,}([^\\/?#@:]+)(?:@\w+)*[\\/]/i;

/** As a browser writes it: 3232235777 is an address. */
function hostOf(target: string): string | undefined {
  const url = `http://${(WEB.exec(target) ?? SHARE.exec(target))?.[1] ?? ''}`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
