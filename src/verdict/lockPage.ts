/** The page of our own that locked links lead to. */
import { createHmac } from 'node:crypto';
import type { LockPage } from '../domain/strip.ts';
import type { Verdict } from '../domain/verdict.ts';

/** With a secret of its own for each verdict: a message stripped again has the tokens it had, and the same link in another message has another. */
export function lockPageFor({ template, secret }: LockPage, { tenant, id }: Pick<Verdict, 'tenant' | 'id'>): LockPage {
  return { template, secret: createHmac('sha256', secret).update(`${tenant}\n${id}`).digest('base64url') };
}
