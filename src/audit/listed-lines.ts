/** The lines that `auditctl -l` printed, where it is an answer at all. */

/** The rules, each a line; or why not even their absence is told. */
export function linesOfListing(
  text: string,
):
  | { readonly kind: 'known'; readonly lines: readonly string[] }
  | { readonly kind: 'unknown'; readonly reason: string } {
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length === 0) return { kind: 'unknown', reason: 'auditctl -l printed nothing' };
  if (!text.endsWith('\n'))
    return { kind: 'unknown', reason: 'auditctl -l ended in the middle of a line' };
  if (!lines.includes('No rules')) return { kind: 'known', lines };
  return { kind: 'known', lines: lines.filter((line) => line !== 'No rules') };
}
