/** Pieces of the generated pages. */

export const NOTE =
  '<!-- Made by bin/docs.ts (npm run docs). Do not edit: edit what it is made from. -->';

/** Rows of a Markdown table. */
export function table(
  head: readonly string[],
  body: readonly (readonly string[])[],
): readonly string[] {
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`);
}

/** Text as code, in a table too. */
export function code(text: string): string {
  return `\`${cell(text)}\``;
}

/** Text that ends no cell of a table. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
