/** Files and options of `score` and `learn` → IntakeRequest. */
import { readFile } from 'node:fs/promises';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { Direction } from '../domain/mail.ts';
import type { IntakeRequest } from '../domain/service.ts';
import type { Cli } from './session.ts';

/** Words on the command line that mean nothing; the message says which. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface EnvelopeOptions {
  readonly mailbox: readonly string[];
  readonly mailFrom?: string;
  readonly clientIp?: string;
  readonly helo?: string;
  readonly user?: string;
  readonly direction?: string;
  readonly receivedAt?: string;
  readonly tenant: string;
  readonly json?: boolean;
}

const TENANT_PATTERN = /^[a-z0-9][a-z0-9._-]{0,62}$/; // stored with every row and shown in logs: short and plain

/** What `--tenant` takes. What keys cannot be made for, nobody could ask for again. */
export function knownTenant(text: string): string {
  if (TENANT_PATTERN.test(text)) return text;
  throw new UsageError(`--tenant: '${text}' must be lower-case letters, digits, '.', '_' or '-', at most 63`);
}

const DIRECTIONS: readonly Direction[] = ['inbound', 'outbound', 'internal'];

/** One file, or standard input for '-'. Throws UsageError when it cannot be read. */
export async function readMessageFile(file: string, { readStdin }: Cli): Promise<Buffer> {
  if (file === '-') return readStdin();
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function toRequest(raw: Buffer, options: EnvelopeOptions, learn: 'auto' | 'never'): IntakeRequest {
  const { mailbox, mailFrom, clientIp, helo, user, tenant } = options;
  const direction = options.direction === undefined ? undefined : knownDirection(options.direction);
  const receivedAt = options.receivedAt === undefined ? undefined : knownTime(options.receivedAt);
  return {
    tenant,
    raw,
    mailboxes: mailbox,
    learn,
    ...(mailFrom === undefined ? {} : { mailFrom }),
    ...(clientIp === undefined ? {} : { clientIp }),
    ...(helo === undefined ? {} : { helo }),
    ...(user === undefined ? {} : { user }),
    ...(direction === undefined ? {} : { direction }),
    ...(receivedAt === undefined ? {} : { receivedAt }),
  };
}

function knownDirection(text: string): Direction {
  const direction = DIRECTIONS.find((known) => known === text);
  if (direction === undefined) throw new UsageError(`--direction: '${text}' is none of ${DIRECTIONS.join(', ')}`);
  return direction;
}

/** As the HTTP door checks it (http/contract.ts): Date.parse alone takes '5' for a day in 2001. */
const RFC_3339 = fullFormats['date-time'] as { readonly validate: (text: string) => boolean };

function knownTime(text: string): number {
  const time = RFC_3339.validate(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new UsageError(`--received-at: '${text}' is not an RFC 3339 time`);
  return time;
}
