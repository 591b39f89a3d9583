/** Addresses inside an organisation: RFC 1918, RFC 4193, RFC 6598, link-local and loopback. */
import { BlockList, isIP } from 'node:net';

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
