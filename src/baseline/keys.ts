/** Names of records. Mailbox '' holds what the tenant as a whole knows. */
import type { RecordKey, RecordKind, Records, RecordTypes } from '../domain/observation.ts';
import { recordId } from '../domain/observation.ts';

export interface KeyOf<K extends RecordKind> extends RecordKey {
  readonly kind: K;
}

const MAX_KEY_LENGTH = 320; // an address: RFC 5321 §4.5.3.1. Longer Message-IDs and names are cut: nothing an honest mail has

export const keyOf = <K extends RecordKind>(mailbox: string, kind: K, key: string): KeyOf<K> => ({
  mailbox,
  kind,
  key: key.slice(0, MAX_KEY_LENGTH),
});

export const TENANT = '';

/** Key of the profile that a domain's senders share; no address begins with '@'. */
export const domainProfileKey = (orgDomain: string): KeyOf<'profile'> => keyOf(TENANT, 'profile', `@${orgDomain}`);

/** The record, if there is one. */
export const recordOf = <K extends RecordKind>(records: Records, key: KeyOf<K>): RecordTypes[K] | undefined =>
  records.get(recordId(key)) as RecordTypes[K] | undefined;

/** Key of what mail in a sender's name is like that nobody vouches for; no address begins with '!'. */
export const unauthenticatedKey = (address: string): KeyOf<'profile'> => keyOf(TENANT, 'profile', `!${address}`);
