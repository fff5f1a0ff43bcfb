/** What was made of a text before: rules say the same few words again and again. */

/** Enough for the words of any rule set that people write; hostile ones gain no memory. */
const MOST = 1000;

/** What `make` gives for `key`: a pure function of it, asked once for each of the first keys. */
export function remembered<T>(known: Map<string, T>, key: string, make: (key: string) => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make(key);
  if (known.size < MOST) known.set(key, made);
  return made;
}
