/**
 * The words of a command line, and the options in them.
 * Source: systemd.service(5) COMMAND LINES, systemd.syntax(7) QUOTING (systemd 257); proc(5), cmdline.
 */

export interface CommandLine {
  readonly words: readonly string[];
  /** A process has its words for sure; in a unit's line systemd still puts in what variables hold. */
  readonly exact: boolean;
}

/** What a command line says of an option. */
export type Told =
  | { readonly kind: 'given'; readonly value: string }
  /** It cannot be read without running it: the word that hides it. */
  | { readonly kind: 'hidden'; readonly word: string };

export const NO_WORDS: CommandLine = { words: [], exact: true };

/** The words of /proc/PID/cmdline: each ends with a NUL. */
export function processLine(text: string): CommandLine {
  return { words: text.split('\0').slice(0, -1), exact: true };
}

/** The words of an `ExecStart`, up to a lone `;`; quotes are taken away, escapes stay as they are. */
export function unitLine(text: string): CommandLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote === '' && /\s/.test(character)) {
      if (word === ';') return { words, exact: false };
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === quote) quote = '';
    else if (quote === '' && /["']/.test(character)) {
      quote = character;
      word ??= '';
    } else {
      word = (word ?? '') + character;
      if (character === '\\') word += text.charAt((at += 1));
    }
  }
  if (word !== undefined && word !== ';') words.push(word);
  return { words, exact: false };
}

/**
 * The last value that one of `names` has in `line`: `--name value`, `--name=value`, `-g/value`.
 * Undefined where the option is surely not there.
 */
export function optionOf(
  { words, exact }: CommandLine,
  names: readonly string[],
): Told | undefined {
  let told: Told | undefined;
  for (let at = 1; at < words.length; at++) {
    const attached = attachedValue(words[at] ?? '', names);
    if (attached === undefined) continue;
    const value = attached === 'next' ? (words[(at += 1)] ?? '') : attached.value;
    const hidden = exact ? undefined : hiddenIn(value, words[at + 1]);
    told = hidden === undefined ? { kind: 'given', value } : { kind: 'hidden', word: hidden };
  }
  if (told !== undefined || exact) return told;
  const variable = words.slice(1).find((word) => /^\$[^$]/.test(word));
  return variable === undefined ? undefined : { kind: 'hidden', word: variable };
}

function attachedValue(
  word: string,
  names: readonly string[],
): 'next' | { readonly value: string } | undefined {
  if (names.includes(word)) return 'next';
  for (const name of names) {
    if (word.startsWith(`${name}=`)) return { value: word.slice(name.length + 1) };
    // pflag takes what sticks to one letter as its value; only an absolute path is taken so here.
    if (name.length === 2 && word.startsWith(`${name}/`)) return { value: word.slice(2) };
  }
  return undefined;
}

/** `systemctl show` drops quotes, so that a word without a dash may be the rest of a value. */
function hiddenIn(value: string, next: string | undefined): string | undefined {
  if (/[$%\\"']/.test(value)) return value;
  return next === undefined || /^[-$]/.test(next) ? undefined : `${value} ${next}`;
}
