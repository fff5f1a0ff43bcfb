/**
 * Command lines read as glibc's getopt_long reads them: words that are no options move to the end.
 * Source: _getopt_internal_r, glibc 2.36; the options are those of setopt, audit 3.0.9.
 */

const FLAGS = 'hicslDvt';
const VALUED = 'CefrbaAdSFmRwWkpq';

/** Long options, and whether they take a value. */
const LONG: ReadonlyMap<string, boolean> = new Map([
  ['loginuid-immutable', false],
  ['backlog_wait_time', true],
  ['reset-lost', false],
  ['reset_backlog_wait_time_actual', false],
  ['signal', true],
]);

export type Found =
  | { readonly kind: 'option'; readonly name: string; readonly value: string }
  /** An unknown or ambiguous option, or one without its value. */
  | { readonly kind: 'invalid' };

/** Walks over `auditctl` and its arguments; `position` is C's optind. */
export class OptionScanner {
  position = 1;
  readonly #words: string[];
  #cluster = '';
  #firstOther = 1;
  #lastOther = 1;

  constructor(args: readonly string[]) {
    this.#words = ['auditctl', ...args];
  }

  get count(): number {
    return this.#words.length;
  }

  word(position: number): string | undefined {
    return this.#words[position];
  }

  /** The next option; undefined at the end, where the words that are no options begin. */
  next(): Found | undefined {
    if (this.#cluster !== '') return this.#short();
    this.#skipOthers();
    const word = this.#words[this.position];
    if (word === undefined) {
      if (this.#firstOther !== this.#lastOther) this.position = this.#firstOther;
      return undefined;
    }
    if (word.startsWith('--')) return this.#long(word.slice(2));
    this.#cluster = word.slice(1);
    return this.#short();
  }

  #skipOthers(): void {
    this.#gather();
    while (isOther(this.#words[this.position])) this.position++;
    this.#lastOther = this.position;
    if (this.#words[this.position] !== '--') return;
    this.position++;
    this.#gather();
    this.#lastOther = this.count;
    this.position = this.count;
  }

  /** Moves the options read since the last call before the words that are none. */
  #gather(): void {
    const first = this.#firstOther;
    const last = this.#lastOther;
    const now = this.position;
    if (first === last) {
      this.#firstOther = now;
    } else if (last !== now) {
      const others = this.#words.splice(first, last - first);
      this.#words.splice(first + now - last, 0, ...others);
      this.#firstOther = first + now - last;
    }
    this.#lastOther = now;
  }

  #short(): Found {
    const name = this.#cluster.slice(0, 1);
    const rest = this.#cluster.slice(1);
    this.#cluster = rest;
    if (rest === '') this.position++;
    if (FLAGS.includes(name)) return { kind: 'option', name, value: '' };
    if (!VALUED.includes(name)) return { kind: 'invalid' };
    this.#cluster = '';
    if (rest === '') return this.#valueOf(name);
    this.position++;
    return { kind: 'option', name, value: rest };
  }

  #long(text: string): Found {
    this.position++;
    const [given = ''] = text.split('=', 1);
    const matches = LONG.has(given) ? [given] : [...LONG.keys()].filter((n) => n.startsWith(given));
    const [name] = matches;
    if (name === undefined || matches.length > 1) return { kind: 'invalid' };
    const attached = text.length > given.length;
    if (!LONG.get(name))
      return attached ? { kind: 'invalid' } : { kind: 'option', name, value: '' };
    if (attached) return { kind: 'option', name, value: text.slice(given.length + 1) };
    return this.#valueOf(name);
  }

  #valueOf(name: string): Found {
    const value = this.#words[this.position];
    if (value === undefined) return { kind: 'invalid' };
    this.position++;
    return { kind: 'option', name, value };
  }
}

function isOther(word: string | undefined): boolean {
  return word !== undefined && (!word.startsWith('-') || word === '-');
}
