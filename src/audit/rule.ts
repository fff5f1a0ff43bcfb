/** The nouns of the audit language: what the kernel holds, and where a line of it was found. */

import type { AbsolutePath } from '../paths.ts';

/** Kernel lists, in the order in which `auditctl -l` prints them. Source: audit_list_rules, kernel 6.18. */
export const LISTS = ['user', 'task', 'exit', 'exclude', 'filesystem', 'io_uring'] as const;
export type List = (typeof LISTS)[number];
export type Action = 'always' | 'never';
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '&' | '&=';

/** Kinds of access of `-F perm`: read, write, execute, attribute change. Source: auditctl(8). */
export type Permission = 'r' | 'w' | 'x' | 'a';

/**
 * One condition of a rule. The field `watch` is what `-w` says before somebody looks at the path:
 * it becomes `dir` where a directory stands when the rule is loaded, and `path` elsewhere. A
 * listing's `-w` hides which of the two it was. Source: audit_setup_watch_name, audit 3.0.9.
 */
export type Field =
  | {
      readonly kind: 'value';
      readonly name: string;
      readonly operator: Operator;
      readonly value: string;
    }
  | {
      readonly kind: 'compare';
      readonly left: string;
      readonly operator: '=' | '!=';
      readonly right: string;
    };

/** One kernel audit rule (audit.rules(7)). Fields keep their order: the kernel compares in order. */
export interface Rule {
  readonly list: List;
  readonly action: Action;
  /** Names or numbers as given, or `all`. */
  readonly syscalls: 'all' | readonly string[];
  readonly fields: readonly Field[];
  readonly keys: readonly string[];
}

/** Where a statement was read: a line of a file, or a place in the kernel's listing, both from 1. */
export type Origin =
  | { readonly kind: 'file'; readonly file: AbsolutePath; readonly line: number }
  | { readonly kind: 'kernel'; readonly index: number }
  | { readonly kind: 'argument' };

/** A configuring line of a rules file; `auditctl(8)` calls it control. */
export type Directive =
  | { readonly name: 'deleteAll'; readonly key?: string }
  | { readonly name: 'enabled'; readonly value: 0 | 1 | 2 }
  | { readonly name: 'failure'; readonly value: 0 | 1 | 2 }
  | { readonly name: 'backlogLimit' | 'rateLimit' | 'backlogWaitTime'; readonly value: number }
  | { readonly name: 'loginuidImmutable' }
  | { readonly name: 'ignoreErrors' | 'continueOnErrors' }
  | { readonly name: 'removeWatch'; readonly rule: Rule }
  | { readonly name: 'deleteRule'; readonly rule: Rule }
  /** `-q`: what is mounted below the second path counts as below the first; both must be there. */
  | { readonly name: 'equivalent'; readonly paths: readonly [string, string] }
  /** Accepted in a file, without effect on rules or status: `-t -m -l -s -v --reset-lost …` */
  | { readonly name: 'other'; readonly option: string };

/** One physical line, read as auditctl reads it; kept and reported, never thrown. */
export type Statement = { readonly origin: Origin; readonly text: string } & (
  | {
      readonly kind: 'rule';
      readonly rule: Rule;
      /** `-A` puts a rule before those of its list. */
      readonly prepend: boolean;
      /** Directives of the same line, which act before the rule is sent. */
      readonly directives: readonly Directive[];
      /** Of a rule in the kernel: the line that brought it, where that is known. */
      readonly source?: Origin;
    }
  | {
      readonly kind: 'directive';
      readonly directives: readonly Directive[];
      /** What the line says of a rule that is not sent: auditctl looks its names up all the same. */
      readonly unsent?: Rule;
    }
  | { readonly kind: 'blank' }
  | {
      readonly kind: 'unreadable';
      readonly reason: string;
      /** What auditctl had already done when it stumbled: `-D\r` empties the table, then fails. */
      readonly directives?: readonly Directive[];
      /** auditctl dies of it: nothing after it is read, whatever `-i` or `-c` say. */
      readonly crashes?: true;
      /** Of a line that it may die of: names that it looks up, and may refuse, before that. */
      readonly unsent?: Rule;
    }
);

export type RuleStatement = Extract<Statement, { readonly kind: 'rule' }>;
