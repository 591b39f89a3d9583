/**
 * What was asked for lately, bounded. Two generations, since a Map gets slow when its oldest entries are deleted one by one: what nobody
 * asks for goes with the older one, and what is hot stays.
 */
export interface Recent<V> {
  get(id: string): V | undefined;
  set(id: string, value: V): void;
  clear(): void;
}

/** At most `limit` entries; between half of them and all are kept. */
export function createRecent<V>(limit: number): Recent<V> {
  let recent = new Map<string, V>();
  let older: ReadonlyMap<string, V> = new Map();

  function set(id: string, value: V): void {
    if (recent.size >= limit / 2) {
      older = recent;
      recent = new Map();
    }
    recent.set(id, value);
  }

  return {
    get(id) {
      const known = recent.get(id);
      if (known !== undefined) return known;
      const old = older.get(id);
      if (old !== undefined) set(id, old);
      return old;
    },
    set,
    clear() {
      recent = new Map();
      older = new Map();
    },
  };
}
