/** Where a document says that something else lies: an address of the web, or a share as Windows writes it. */
import { isLocalAddress, isLocalName } from './localNetworks.ts';
import { isIpLiteral } from './organisationalDomain.ts';

/** It may be cut short: only with what follows a host is it the whole of it, and no user name. */
const WEB = /^(?:https?|ftp):[\\/]*(?:[^\\/?#]*@)?([^\\/?#:]+)(?::\d+)?[\\/?#]/i;
/** \\server\share and file://server/share; server@SSL and server@8080 are WebDAV. */
const SHARE = /^(?:file:)?[\\/]{2,}([^\\/?#@:]+)(?:@\w+)*[\\/]/i;

/** As a browser writes it: 3232235777 is an address. Undefined for what is neither, as behind another scheme. */
export function hostOfTarget(target: string): string | undefined {
  const url = `http://${(WEB.exec(target) ?? SHARE.exec(target))?.[1] ?? ''}`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

export const isWebTarget = (target: string): boolean => WEB.test(target);

/** A host that is somebody else's, or nobody's, outside a network; a machine's own name is a way to what lies on the reader's disk. */
export const isWithinNetwork = (host: string): boolean =>
  (isIpLiteral(host) ? isLocalAddress(host) : isLocalName(host)) && !OWN_MACHINE.test(host);

const OWN_MACHINE = /^(?:localhost|127\.[\d.]+)$/;
