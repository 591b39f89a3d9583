/** From the headers that the MTA has to those that it should have, in the words of the protocol. */
import type { MailHeader } from './mail.ts';
import type { Change } from './reply.ts';

/**
 * Within each name, order is kept; new names come last. Removals come after all else and from the last to the first: MTAs differ in whether
 * a removed header still counts.
 */
export function headerChanges(before: readonly MailHeader[], after: readonly MailHeader[]): readonly Change[] {
  const wanted = byName(after);
  const present = byName(before);
  const set: Change[] = [];
  const removals: Change[] = [];
  for (const [name, headers] of present) {
    const kept = keptOf(headers, wanted.get(name) ?? []);
    for (const [index, { name: written }] of headers.entries()) {
      const occurrence = index + 1;
      const header = kept[index];
      if (header === undefined) removals.push({ kind: 'remove-header', name: written, occurrence });
      else if (header !== headers[index] && header.value !== headers[index]?.value)
        set.push({ kind: 'change-header', header, occurrence });
    }
  }
  for (const [name, headers] of wanted) {
    const beyond = headers.slice(present.get(name)?.length ?? 0);
    set.push(...beyond.map((header): Change => ({ kind: 'add-header', header })));
  }
  return [...set, ...removals.reverse()];
}

/** What stands in place of each: where some were only taken out, the others are left as they are. */
function keptOf(present: readonly MailHeader[], wanted: readonly MailHeader[]): readonly (MailHeader | undefined)[] {
  let next = 0;
  const inPlace = present.map((header) => (header.value === wanted[next]?.value ? wanted[next++] : undefined));
  return next === wanted.length ? inPlace : present.map((_, index) => wanted[index]);
}

const byName = (headers: readonly MailHeader[]): ReadonlyMap<string, readonly MailHeader[]> =>
  Map.groupBy(headers, ({ name }) => name.toLowerCase());
