/** Lists in pages. */

export const DEFAULT_LIMIT = 50; // as openapi.yaml says

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: { readonly next?: string };
  readonly headers: Record<string, string>;
}

/** `found`: one more than `limit` tells that there is a next page. That begins behind the last item of this one; escaped by RFC 3986, so that a '+' comes back as itself. */
export function pageOf<T extends { readonly id: string }>(
  path: string,
  fields: object,
  found: readonly T[],
  limit: number,
): Page<T> {
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  if (last === undefined) return { items, next: {}, headers: {} };
  const query = Object.entries({ ...fields, cursor: last.id }).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  const next = `${path}?${query.join('&')}`;
  return { items, next: { next }, headers: { Link: `<${next}>; rel="next"` } };
}
