/** Names of files in a sentence: whoever may make a file chooses its name, and it may read as prose. */

const PLAIN = /^[\w./:@%+,=~-]+$/;

/** `name`, in quotes where it is not plain; a quote within is escaped. */
export function nameWords(name: string): string {
  return PLAIN.test(name) ? name : `'${name.replaceAll("'", '\\x27')}'`;
}
