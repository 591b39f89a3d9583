/** Names of what is known about who acts through platforms. */
import type { Actor } from '../domain/message.ts';
import type { RecordKey } from '../domain/observation.ts';
import { keyOf, TENANT } from './keys.ts';

const MAX_NAME = 100;

/** Under which an actor is remembered: the address, so that erasing a correspondent finds it; else the platform and the name there. */
export function actorName({ platform, name = '', nameKey, address }: Actor): string {
  if (address !== undefined) return address.address;
  return `${platform} ${nameKey ?? name.toLowerCase().slice(0, MAX_NAME)}`;
}

/** Keys of all records that recall reads for an actor. */
export function actorKeys(actor: Actor, mailbox: string): readonly RecordKey[] {
  const { address, nameKey } = actor;
  return [
    keyOf(mailbox, 'actor', actorName(actor)),
    ...(address === undefined
      ? []
      : [keyOf(mailbox, 'correspondent', address.address), keyOf(mailbox, 'domain', address.orgDomain)]),
    ...(nameKey === undefined ? [] : [keyOf(mailbox, 'name', nameKey), keyOf(TENANT, 'name', nameKey)]),
  ];
}
