/** The word that a person probably meant: for mistyped options, commands and controls. */

const MOST_SLIPS = 3;

/**
 * The candidate nearest to `word`, letter case apart, or `undefined` if none is near. One slip is a
 * letter missing, added, exchanged, or swapped with its neighbour; one per three letters is near.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Infinity;
  for (const candidate of candidates) {
    const allowed = Math.min(
      MOST_SLIPS,
      Math.floor(Math.max(word.length, candidate.length) / 3),
      fewest - 1,
    );
    // Also keeps a pasted novel from costing time: the lengths alone are too far apart.
    if (Math.abs(word.length - candidate.length) > allowed) continue;
    const found = slips(word.toLowerCase(), candidate.toLowerCase());
    if (found <= allowed) [best, fewest] = [candidate, found];
  }
  return best;
}

/** Damerau-Levenshtein distance in its restricted form (optimal string alignment). */
function slips(left: string, right: string): number {
  let older: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const line = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      const swapped =
        left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
          ? at(older, column - 2) + 1
          : Infinity;
      line.push(
        Math.min(
          at(last, column) + 1,
          at(line, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped,
        ),
      );
    }
    [older, last] = [last, line];
  }
  return at(last, right.length);
}

function at(line: readonly number[], column: number): number {
  return line[column] ?? Infinity;
}
