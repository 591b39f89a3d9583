/** Records without a name that must go from them. */

/** JSON without the name: as a key, with what stands under it, and as an item of a list. */
export function withoutName(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== name).map((item) => withoutName(item, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (key === name ? [] : [[key, withoutName(item, name)]])),
  );
}
