/** Names of records. Mailbox '' holds what the tenant as a whole knows. */
import type { RecordKey, RecordKind, Records, RecordTypes } from '../domain/observation.ts';
import { recordId } from '../domain/observation.ts';

export interface KeyOf<K extends RecordKind> extends RecordKey {
  readonly kind: K;
}

const MAX_KEY_LENGTH = 320; // an address: RFC 5321 §4.5.3.1. Longer Message-IDs and names are cut: nothing an honest mail has
const UNSTORABLE = /[\0\n\ud800-\udfff]/; // NUL ends a text in some stores, a newline ends a part of an id, half a character is none

export function keyOf<K extends RecordKind>(mailbox: string, kind: K, key: string): KeyOf<K> {
  const short = key.slice(0, MAX_KEY_LENGTH);
  const safe = UNSTORABLE.test(short) ? short.toWellFormed().replaceAll(/[\0\n]/g, '\ufffd') : short;
  return { mailbox, kind, key: safe };
}

export const TENANT = '';

/** The record, if there is one. */
export const recordOf = <K extends RecordKind>(records: Records, key: KeyOf<K>): RecordTypes[K] | undefined =>
  records.get(recordId(key)) as RecordTypes[K] | undefined;
