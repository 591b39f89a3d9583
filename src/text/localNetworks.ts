/** Addresses and names inside an organisation: RFC 1918, RFC 4193, RFC 6598, link-local and loopback; and networks as an operator names them. */
import { BlockList, isIP, SocketAddress } from 'node:net';

const LOCAL_NETWORKS = localNetworks();

function localNetworks(): BlockList {
  const list = new BlockList();
  list.addSubnet('10.0.0.0', 8);
  list.addSubnet('100.64.0.0', 10);
  list.addSubnet('127.0.0.0', 8);
  list.addSubnet('169.254.0.0', 16);
  list.addSubnet('172.16.0.0', 12);
  list.addSubnet('192.168.0.0', 16);
  list.addAddress('::1', 'ipv6');
  list.addSubnet('fc00::', 7, 'ipv6');
  list.addSubnet('fe80::', 10, 'ipv6');
  return list;
}

export const isLocalAddress = (ip: string): boolean => LOCAL_NETWORKS.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');

/** RFC 6762, RFC 8375, kept free by ICANN (.internal in 2024, .corp and .home in 2018), or never delegated and in use in offices. */
const LOCAL_SUFFIX = /\.(?:local|home\.arpa|internal|corp|home|lan|intranet|localdomain)$/;

/** A host that no public name server answers for: 'fs01', 'fs01.firm.local'. Lower-case, as a URL has it. */
export const isLocalName = (host: string): boolean => !/[.:]/.test(host) || LOCAL_SUFFIX.test(host);

/** One spelling of an IP address, of IPv4 in IPv6 the former; anything else as it is. */
export function canonicalAddress(ip: string): string {
  if (isIP(ip) !== 6) return ip;
  const { address } = new SocketAddress({ address: ip, family: 'ipv6' });
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}

/** `192.0.2.0/24`, `2001:db8::/32` or a single address; undefined for anything else. */
export function readNetwork(text: string): Network | undefined {
  const [address = '', length, ...more] = text.split('/');
  const family = isIP(address);
  const bits = family === 6 ? 128 : 32;
  if (family === 0 || more.length > 0 || !/^\d{1,3}$/.test(length ?? '0')) return undefined;
  const prefix = length === undefined ? bits : Number(length);
  return prefix > bits ? undefined : { address, prefix, family: family === 6 ? 'ipv6' : 'ipv4' };
}

export interface Network {
  readonly address: string;
  /** Bits that count. */
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

export function isWithin(networks: readonly Network[]): (ip: string) => boolean {
  const list = new BlockList();
  for (const { address, prefix, family } of networks) list.addSubnet(address, prefix, family);
  return (ip) => list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');
}
