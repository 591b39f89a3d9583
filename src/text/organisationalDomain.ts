/** Whose host it is: the Public Suffix List by the psl package, and hosting companies that are missing there. */
import { get, parse } from 'psl';
import { hostingSuffixes } from './lists.ts';

const MAX_HOST_LENGTH = 253; // RFC 1035 §2.3.4, without the root's dot
const MAX_LABELS = 8; // the longest public suffix has 5
const MAX_REMEMBERED = 10_000; // hosts of one generation, of which there are two; 3 MB together
const MAX_IP_LENGTH = 60; // '[IPv6:…]' with 39 digits and colons

const DOTS = /[.\u3002\uff0e\uff61]/; // UTS 46 §4: what browsers take for a dot
const LABEL = /^[a-z0-9_\u0080-\uffff](?:[a-z0-9_\u0080-\uffff-]{0,61}[a-z0-9_\u0080-\uffff])?$/;
const NO_RULE = 'x0--0x'; // stands for a label that no rule can hold
const ASCII = /^[\x21-\x7e]+$/;
const DECIMAL = /^(?:0|[1-9]\d{0,2})$/;

const hosting: ReadonlySet<string> = new Set(hostingSuffixes);

// psl takes 4 µs. Two generations, since a Map gets slow when its oldest entries are deleted one by one.
let recent = new Map<string, string>();
let older: ReadonlyMap<string, string> = new Map();

/**
 * The part of a host that somebody registered, lower-case and without the root's dot: 'www.Example.co.uk.' → 'example.co.uk'.
 * Hosting counts as a suffix: user.github.io is a domain of its own (models/hosts.json adds what psl lacks). The host itself where
 * nothing is registered: IP addresses, single labels, public suffixes, what is no host. A-labels and U-labels stay as they are. Never throws. Source: publicsuffix.org/list.
 */
export function organisationalDomain(host: string): string {
  const known = recent.get(host);
  if (known !== undefined) return known;
  const found = older.get(host) ?? registeredPart(host);
  if (host.length <= MAX_HOST_LENGTH && ASCII.test(host)) remember(host, found);
  return found;
}

/** Copies: a part of a string would keep the whole of it, a mail's text, in memory. */
function remember(host: string, found: string): void {
  if (recent.size >= MAX_REMEMBERED) {
    older = recent;
    recent = new Map();
  }
  const key = copyOf(host);
  recent.set(key, found === host ? key : copyOf(found));
}

const copyOf = (ascii: string): string => Buffer.from(ascii, 'latin1').toString('latin1');

function registeredPart(host: string): string {
  const lower = host.toLowerCase();
  const name = lower.endsWith('.') ? lower.slice(0, -1) : lower;
  if (name.startsWith('[') || isIpLiteral(name)) return name;
  const labels = lastLabels(name);
  const count = registeredLabels(labels);
  return count === 0 ? name : labels.slice(-count).join('.');
}

/** A label under which names can be registered, in ASCII or its own letters. 4 µs, never throws. */
export function isTopLevel(label: string): boolean {
  const parsed = parse(`a.${label.toLowerCase()}`);
  return 'listed' in parsed && parsed.listed;
}

/** What stands further left never matters. */
function lastLabels(name: string): readonly string[] {
  const start = name.length <= MAX_HOST_LENGTH ? 0 : name.indexOf('.', name.length - MAX_HOST_LENGTH) + 1;
  return name.slice(start).split(DOTS).slice(-MAX_LABELS);
}

/** How many labels make up the registered part; 0 for none. The longest suffix decides, whichever list has it. */
function registeredLabels(labels: readonly string[]): number {
  if (labels.includes('')) return 0;
  const hosted = hostedLabels(labels);
  if (hosted > labels.length) return 0;
  // Browsers resolve names that psl refuses ('-a.evil.example'), and it knows nothing registered under .local, which Windows domains use.
  const accepted = labels.map((label) => (LABEL.test(label) && label !== 'local' ? label : NO_RULE));
  return Math.max(hosted, get(accepted.join('.'))?.split('.').length ?? 0);
}

/** The labels of the longest hosting suffix and one more; 0 for none. */
function hostedLabels(labels: readonly string[]): number {
  for (let start = 0; start < labels.length - 1; start++)
    if (hosting.has(labels.slice(start).join('.'))) return labels.length - start + 1;
  return 0;
}

/** '192.0.2.1', '::1', and in brackets '[::1]' (WHATWG URL §3.5) or '[192.0.2.1]', '[IPv6:::1]' (RFC 5321 §4.1.3). Never throws. */
export function isIpLiteral(host: string): boolean {
  if (host.length > MAX_IP_LENGTH) return false;
  if (!host.startsWith('[')) return isIpv4(host) || isIpv6(host);
  if (!host.endsWith(']')) return false;
  const inner = host.slice(1, -1);
  return isIpv4(inner) || isIpv6(inner.replace(/^ipv6:/i, ''));
}

function isIpv4(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  if (!(last >= 48 && last <= 57)) return false;
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => DECIMAL.test(part) && Number(part) <= 255);
}

const isIpv6 = (text: string): boolean =>
  text.includes(':') && /^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]/`);
