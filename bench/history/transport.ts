/** The way a message came, as trace headers of the receiving border (mx.acme.example) or of the own submission server write it. */
import type { AuthResult, Envelope } from '../../src/domain/mail.ts';
import type { Random } from '../random.ts';
import { BASE62, digits, domainOf, type Written } from './draft.ts';
import { type Header, headerLine, mailDate } from './mime.ts';

export const OWN_DOMAIN = 'acme.example';
export const BORDER = `mx.${OWN_DOMAIN}`;
const SUBMISSION = `mail.${OWN_DOMAIN}`;
const BORDER_ZONE = 'Europe/Berlin';

/** What the border saw of a server outside. */
export interface Transport {
  readonly host: string;
  readonly ip: string;
  /** '' for a bounce. */
  readonly mailFrom: string;
  readonly spf: AuthResult;
  /** Domains that signed, and whether the signature held. */
  readonly dkim: readonly { readonly domain: string; readonly result: AuthResult }[];
  readonly dmarc: AuthResult;
  /** Received headers below the border's, newest first. */
  readonly earlier?: readonly string[];
}

export interface Delivered {
  readonly text: string;
  readonly envelope: Envelope;
}

/** A stable address of a documentation network (RFC 5737) for a host. */
export function addressOf(host: string): string {
  const number = seedOf(host);
  const network = ['192.0.2', '198.51.100', '203.0.113'][number % 3];
  return `${network}.${1 + (number % 254)}`;
}

/** FNV-1a, 32 bits: the same text gives the same numbers everywhere. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** How mail of a domain usually comes: its own server, everything aligned; or, unauthenticated, nothing published at all. */
export function usualTransport(address: string, isAuthenticated: boolean): Transport {
  const domain = domainOf(address);
  const host = `mail.${domain}`;
  return {
    host,
    ip: addressOf(host),
    mailFrom: address,
    spf: isAuthenticated ? 'pass' : 'none',
    dkim: isAuthenticated ? [{ domain, result: 'pass' }] : [],
    dmarc: isAuthenticated ? 'pass' : 'none',
  };
}

/** As it lies in the mailbox: the border's headers on top of what was written. `at` is the moment it was accepted. */
export function deliver(
  written: Written,
  fromDomain: string,
  transport: Transport,
  rcptTo: string,
  at: number,
  random: Random,
): Delivered {
  const { host, ip, mailFrom, earlier = [] } = transport;
  const name = host === ip ? `[${ip}]` : host;
  const trace: readonly Header[] = [
    ['Return-Path', `<${mailFrom}>`],
    ['Delivered-To', rcptTo],
    ['Authentication-Results', results(transport, fromDomain)],
    [
      'Received',
      `from ${name} (${host === ip ? 'unknown' : host} [${ip}])\n\tby ${BORDER} (Postfix) with ESMTPS id ${digits(random, 14, BASE62)}\n\tfor <${rcptTo}>; ${mailDate(at, BORDER_ZONE)}`,
    ],
    ...transport.dkim.map(({ domain }) => signature(domain, at, random)),
    ...earlier.map((hop) => ['Received', hop] as const),
  ];
  const envelope = { mailFrom, clientIp: ip, helo: host === ip ? `[${ip}]` : host, rcptTo: [rcptTo] };
  return { text: asText([...trace, ...written.headers], written.body), envelope };
}

/** Handed in by a colleague (or the owner) who logged in at the own server. */
export function submit(
  written: Written,
  user: string,
  rcptTo: readonly string[],
  at: number,
  random: Random,
): Delivered {
  const ip = `10.20.${4 + (seedOf(user) % 8)}.${1 + (seedOf(user) % 250)}`;
  const trace: readonly Header[] = [
    ['Return-Path', `<${user}>`],
    [
      'Received',
      `from [${ip}] (unknown [${ip}])\n\t(Authenticated sender: ${user})\n\tby ${SUBMISSION} (Postfix) with ESMTPSA id ${digits(random, 14, BASE62)};\n\t${mailDate(at, BORDER_ZONE)}`,
    ],
  ];
  const envelope = { mailFrom: user, clientIp: ip, helo: `[${ip}]`, rcptTo, user };
  return { text: asText([...trace, ...written.headers], written.body), envelope };
}

/** RFC 8601 §2.2, as OpenDKIM, policyd-spf and OpenDMARC write it together. */
function results({ spf, dkim, dmarc, mailFrom, host }: Transport, fromDomain: string): string {
  const signatures =
    dkim.length === 0
      ? ['dkim=none']
      : dkim.map(
          ({ domain, result }) =>
            `dkim=${result} (2048-bit key; unprotected) header.d=${domain} header.i=@${domain} header.s=${selectorOf(domain)}`,
        );
  const spfOf = mailFrom === '' ? `smtp.helo=${host}` : `smtp.mailfrom=${mailFrom}`;
  return [BORDER, ...signatures, `spf=${spf} ${spfOf}`, `dmarc=${dmarc} header.from=${fromDomain}`].join(';\n\t');
}

const selectorOf = (domain: string): string => `s${2023 + (seedOf(domain) % 3)}`;

function signature(domain: string, at: number, random: Random): Header {
  const base64 = (length: number) => digits(random, length, `${BASE62}+/`);
  const value = `v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain};\n\ts=${selectorOf(domain)}; t=${Math.floor(at / 1000)};\n\th=From:To:Subject:Date:Message-ID:MIME-Version:Content-Type;\n\tbh=${base64(43)}=;\n\tb=${base64(72)}\n\t ${base64(72)}\n\t ${base64(26)}==`;
  return ['DKIM-Signature', value];
}

const asText = (headers: readonly Header[], body: string): string => `${headers.map(headerLine).join('\n')}\n\n${body}`;
