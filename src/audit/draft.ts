/** A rule while its options are read: the variables of setopt, src/auditctl.c of audit 3.0.9. */

import { isLonger } from '../text.ts';
import { KEY_BYTES, MOST_FIELDS, NO_EXCLUDE, type FieldResult } from './field.ts';
import type { OptionScanner } from './options.ts';
import type { Action, Directive, Field, List, Origin, Rule } from './rule.ts';

/** What an option leads to: read on, stop reading, leave at once, or refuse the line. */
export type Verdict =
  | { readonly kind: 'next' | 'stop' | 'done' }
  | { readonly kind: 'refused'; readonly reason: string; readonly crashes?: true };

export const next: Verdict = { kind: 'next' };

export function refused(reason: string): Verdict {
  return { kind: 'refused', reason };
}

/** auditctl looks at a word that is not there, and is killed for it. Measured on 3.0.9. */
export const crash: Verdict = {
  kind: 'refused',
  reason: 'auditctl crashes (segmentation fault)',
  crashes: true,
};

const KEYLESS = 'Key field needs a watch, syscall or exe path given prior to it';

/** The bits by which auditctl decides whether a key may be given. */
export const KEYED_BY: ReadonlySet<string> = new Set(['path', 'dir', 'perm', 'exe', 'fstype']);

export class Draft {
  readonly directives: Directive[] = [];
  append: { readonly list: List; readonly prepend: boolean } | undefined;
  remove: List | undefined;
  action: Action = 'always';
  operations = 0;
  removesWatch = false;
  namesSyscalls = false;
  sends = false;
  /** How many words auditctl believes there are. */
  count: number;
  readonly scanner: OptionScanner;
  readonly origin: Origin;
  #fields: Field[] = [];
  #syscalls: readonly string[] = [];
  #keys: string[] = [];
  #watches = false;

  constructor(scanner: OptionScanner, origin: Origin) {
    this.scanner = scanner;
    this.origin = origin;
    this.count = scanner.count;
  }

  /** The list that fields are judged by. */
  get list(): List | undefined {
    return this.append?.list ?? this.remove;
  }

  /** Whether something stands on the line that a key can belong to. */
  get takesKey(): boolean {
    return (
      this.namesSyscalls ||
      this.#fields.some((field) => field.kind === 'value' && KEYED_BY.has(field.name))
    );
  }

  /** A rule's parts on a line that sends none. */
  get unsent(): Rule | undefined {
    return this.#fields.length + this.#syscalls.length > 0 ? this.rule() : undefined;
  }

  rule(): Rule {
    const { list = 'exit', action } = this;
    const named = this.#watches ? ['all', ...this.#syscalls] : this.#syscalls;
    const syscalls = this.#syscalls.length === 0 ? 'all' : named;
    return { list, action, syscalls, fields: this.#fields, keys: this.#keys };
  }

  /** A watch replaces the fields before it: it is made by `-w` and always begins the rule. */
  watch(path: string): void {
    this.#fields = [
      { kind: 'value', name: 'watch', operator: '=', value: path },
      { kind: 'value', name: 'perm', operator: '=', value: 'rwxa' },
    ];
    this.#watches = true;
    this.action = 'always';
    this.namesSyscalls = true;
    this.sends = true;
  }

  addSyscalls(names: readonly string[]): void {
    this.#syscalls = this.#syscalls.length === 0 ? names : [...this.#syscalls, ...names];
    this.namesSyscalls = true;
  }

  addField(word: string, result: FieldResult): Verdict {
    if (this.#fields.length >= MOST_FIELDS) return refused(`Too many fields in rule: ${word}`);
    if ('reason' in result) return refused(result.reason);
    const { field } = result;
    if (field.kind === 'value' && field.name === 'arch' && this.namesSyscalls) {
      return refused('arch must be before -S');
    }
    if (field.kind === 'value' && field.name === 'key' && !this.takesKey) return refused(KEYLESS);
    this.#fields.push(field);
    return next;
  }

  /** `-p`: the last one wins, and rules all permissions that were given before it. */
  setPermissions(value: string): Verdict {
    const perm: Field = { kind: 'value', name: 'perm', operator: '=', value };
    if (this.#fields.some(isPerm)) {
      for (const [at, field] of this.#fields.entries()) if (isPerm(field)) this.#fields[at] = perm;
    } else if (this.#fields.length === 0 || this.#fields.length >= MOST_FIELDS) {
      return refused('Too many fields when adding permissions');
    } else {
      this.#fields.push(perm);
    }
    this.sends = true;
    return next;
  }

  addKey(key: string): Verdict {
    if (isLonger([...this.#keys, key].join('\x01'), KEY_BYTES))
      return refused('key option exceeds size limit');
    if (key !== '') this.#keys.push(key);
    return next;
  }

  /** The key is the last field of a rule, added when all options were read. */
  refusedKeys(): string | undefined {
    if (this.#keys.length === 0) return undefined;
    if (this.#fields.length >= MOST_FIELDS) {
      return `Too many fields in rule: key=${this.#keys.join('\x01')}`;
    }
    if (this.list === 'exclude') return NO_EXCLUDE;
    return this.takesKey ? undefined : KEYLESS;
  }
}

function isPerm(field: Field): boolean {
  return field.kind === 'value' && field.name === 'perm';
}
