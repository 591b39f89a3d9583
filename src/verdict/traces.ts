/** What a message held that may turn out bad later, whatever was thought of it: hunts through the log of verdicts look there. */
import type { Message } from '../domain/message.ts';
import type { Traces } from '../domain/verdict.ts';

const MAX_EACH = 200; // as many links are read of a message

/** `mailFrom`: of the envelope. undefined when there is nothing to look for. */
export function tracesOf({ links, attachments = [], sender }: Message, mailFrom?: string): Traces | undefined {
  const hosts = distinct((links?.all ?? []).map(({ host }) => host));
  const files = distinct(attachments.map(({ sha256 }) => sha256));
  const others = [...(sender?.otherReadings ?? []), ...(sender?.replyTo ?? [])].map(({ address }) => address);
  const addresses = distinct([...others, sender?.returnPath?.address ?? '', mailFrom ?? '']).filter(
    (address) => address.includes('@') && address !== sender?.address,
  );
  if (hosts.length + files.length + addresses.length === 0) return undefined;
  return {
    ...(hosts.length === 0 ? {} : { hosts }),
    ...(files.length === 0 ? {} : { files }),
    ...(addresses.length === 0 ? {} : { addresses }),
  };
}

const distinct = (values: readonly string[]): readonly string[] =>
  [...new Set(values)].filter((value) => value !== '').slice(0, MAX_EACH);
