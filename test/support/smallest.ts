/** The smallest part of a text that still shows something: lines first, then words, then characters. */

const PIECES = ['\n', ' ', ''] as const;
/** A text in more pieces than this is not cut that finely: each try costs a load. */
const MOST_PIECES = 300;

/** @param shows whether a text still shows it; it does for `text` */
export async function smallest(
  text: string,
  shows: (text: string) => Promise<boolean>,
): Promise<string> {
  let rest = text;
  for (const between of PIECES) {
    let pieces = rest.split(between);
    if (pieces.length > MOST_PIECES) continue;
    for (let size = pieces.length >> 1; size >= 1; size >>= 1) {
      for (let at = 0; at < pieces.length;) {
        const without = [...pieces.slice(0, at), ...pieces.slice(at + size)];
        if (await shows(without.join(between))) pieces = without;
        else at += size;
      }
    }
    rest = pieces.join(between);
  }
  return rest;
}
