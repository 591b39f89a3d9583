/** How values of the environment are read: lists, addresses, networks, secrets. What they mean says config.ts. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import type { ConfiguredVip } from './domain/organisation.ts';
import { readNetwork } from './text/localNetworks.ts';
import { nameKey } from './text/names.ts';

const MAX_SOCKET_PATH = 107; // sun_path of unix(7)
const MAX_LIST = 1000; // domains or authserv-ids: more is a mistake in the value, not an organisation

/** Between commas and blanks; absent: none. */
const listOf = <Item>(item: z.ZodType<Item, string>) =>
  z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(item).max(MAX_LIST));

export const domainList = (name: string) =>
  listOf(
    z.string().transform((text, context) => {
      const ascii = domainToASCII(text.toLowerCase().replace(/\.$/, ''));
      if (ascii !== '' && !/[@/:]/.test(text)) return ascii;
      context.addIssue({
        code: 'custom',
        message: `'${text}' is not a domain name (${name} is a comma-separated list)`,
      });
      return z.NEVER;
    }),
  );

/** IPv4 or IPv6 addresses, with or without a port ([address]:port for IPv6). */
export const serverList = listOf(
  z.string().refine(isServer, 'must be a comma-separated list of IP addresses, each with or without :port'),
);

function isServer(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const [, v6, v4, port] = /^(?:\[(.+)\]|([\d.]+)):(\d{1,5})$/.exec(text) ?? [];
  return isIP(v6 ?? v4 ?? '') !== 0 && Number(port) > 0 && Number(port) <= 65_535;
}

/** The value itself stays out of the message: it may hold a password. */
export const isPostgresUrl = (text: string): boolean => /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text);

/** 'Anna Kern <ceo@acme.example>' or an address; undefined for anything else. */
function vipOf(text: string): ConfiguredVip | undefined {
  const [, name = '', written = text] = text.match(/^([^<>]*)<([^<>]+)>$/) ?? [];
  const address = written.trim().toLowerCase();
  const at = address.lastIndexOf('@');
  const domain = at > 0 && !/[\s"<>]/.test(address) ? domainToASCII(address.slice(at + 1)) : '';
  const key = nameKey(name);
  return domain === ''
    ? undefined
    : { address: `${address.slice(0, at)}@${domain}`, ...(key === undefined ? {} : { nameKey: key }) };
}

export const vipList = z
  .string()
  .default('')
  .transform((text) => text.split(/[,;]/).filter((item) => item.trim() !== ''))
  .pipe(
    z
      .array(
        z.string().transform((text, context) => {
          const vip = vipOf(text.trim());
          if (vip !== undefined) return vip;
          context.addIssue({ code: 'custom', message: `'${text.trim()}' is neither 'Name <address>' nor an address` });
          return z.NEVER;
        }),
      )
      .max(MAX_LIST),
  );

/** 'unix:/run/clamav/clamd.ctl', 'localhost:3310', '[::1]:3310'. */
export const socketAddress = z.string().transform((text, context) => {
  const path = /^unix:(\/.+)$/.exec(text)?.[1];
  if (path !== undefined) return { path };
  const [, host = '', port = ''] = /^\[?([^\s/[\]]+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host !== '' && Number(port) > 0 && Number(port) <= 65_535) return { host, port: Number(port) };
  context.addIssue({ code: 'custom', message: 'must be unix:/path/to/socket or host:port' });
  return z.NEVER;
});

/** 'localhost:25', '[::1]:10026'. */
export const smtpAddress = socketAddress.transform((address, context) => {
  if (address.path === undefined) return { host: address.host, port: address.port };
  context.addIssue({ code: 'custom', message: 'must be host:port' });
  return z.NEVER;
});

const MIN_SECRET_LENGTH = 32; // characters; `openssl rand -hex 32` makes 64

/** Of keys: to change one, put the new one in front and take the old one out a day later. */
export const secretList = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .pipe(
    z
      .array(z.string().min(MIN_SECRET_LENGTH, `must have ${MIN_SECRET_LENGTH} characters or more`))
      .max(5, 'must be five secrets at most, without blanks in them'),
  );

/** 'inet:127.0.0.1:8891', 'inet:[::1]:8891', 'unix:/run/tidemark/milter.sock'. */
export const milterAddress = z.string().transform((text, context) => {
  const path = /^unix:(\/.+)$/.exec(text)?.[1];
  if (path !== undefined && path.length <= MAX_SOCKET_PATH) return { path };
  const [, host = '', port = ''] = /^inet:\[?([^\s/[\]]+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host !== '' && Number(port) <= 65_535) return { host, port: Number(port) };
  context.addIssue({
    code: 'custom',
    message: `must be unix:/path/to/socket (at most ${MAX_SOCKET_PATH} characters) or inet:address:port`,
  });
  return z.NEVER;
});

export const networkList = listOf(
  z.string().transform((text, context) => {
    const network = readNetwork(text);
    if (network !== undefined) return network;
    context.addIssue({ code: 'custom', message: `'${text}' is no address or network like 192.0.2.0/24` });
    return z.NEVER;
  }),
);

export const topicList = listOf(
  z.string().regex(/^arn:[\w-]+:sns:[\w-]+:\d+:[\w.-]+$/, 'must be a topic like arn:aws:sns:…'),
);
