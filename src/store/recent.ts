/**
 * What was asked for lately, bounded. Two generations, since a Map gets slow when its oldest entries are deleted one by one: what nobody
 * asks for goes with the older one, and what is hot stays.
 */
export interface Recent<V> {
  get(id: string): V | undefined;
  set(id: string, value: V): void;
  delete(id: string): void;
  clear(): void;
}

/** At most `limit` entries; between half of them and all are kept. `dropping` is called before others go to make room. */
export function createRecent<V>(limit: number, dropping: () => void = () => undefined): Recent<V> {
  let recent = new Map<string, V>();
  let older = new Map<string, V>();

  function set(id: string, value: V): void {
    if (recent.size >= limit / 2) {
      dropping();
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
    delete(id) {
      recent.delete(id);
      older.delete(id);
    },
    clear() {
      recent = new Map();
      older = new Map();
    },
  };
}
