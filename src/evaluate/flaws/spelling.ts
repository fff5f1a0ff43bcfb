/** What a person wrote with one meaning in mind, and auditctl takes to the letter. */

import { escaped } from '../../audit/lines.ts';
import type { RuleStatement, Statement } from '../../audit/rule.ts';
import { pathFields } from './absent.ts';
import { CRLF_MEND } from './cause.ts';
import { flawAt, type Flaw, type FlawKind } from './flaw.ts';
import { writtenLines, type Script } from './script.ts';

/** Lines that load, and whose words are not what they look like. */
export function literalWords(script: Script): readonly Flaw[] {
  const refused = new Set(script.throughout.problems.map(({ statement }) => statement));
  return script.statements
    .filter((statement) => !refused.has(statement))
    .flatMap((statement) => {
      if (statement.kind === 'rule') return [...wordsOfRule(statement), ...pathWords(statement)];
      return statement.kind === 'directive' ? skippedRule(statement) : [];
    });
}

/** Lines of which auditctl sees only what stands before a NUL. */
export function cutAtNul({ files }: Script): readonly Flaw[] {
  return files.flatMap(({ path, text }) =>
    !text.includes('\0')
      ? []
      : writtenLines(text).flatMap((line, index) => {
          if (!line.includes('\0')) return [];
          const origin = { kind: 'file', file: path, line: index + 1 } as const;
          return [
            flawAt({ kind: 'blank', origin, text: line }, '\0', {
              kind: 'nul',
              severity: 'misread',
              what: 'the line holds a NUL byte: auditctl drops it and all that follows',
              mend: 'remove the byte: the file is damaged, or UTF-16',
            }),
          ];
        }),
  );
}

interface Trap {
  readonly kind: FlawKind;
  readonly pattern: RegExp;
  readonly what: (word: string) => string;
  readonly mend: string;
}

/** In a key or in any other value. */
const ANYWHERE: readonly Trap[] = [
  {
    kind: 'tab',
    pattern: /\t/,
    what: (word) => `the tab is part of the word: it reads ${word}`,
    mend: 'remove the tab: only spaces separate words',
  },
  {
    kind: 'carriageReturn',
    pattern: /\r/,
    what: (word) => `the carriage return (CRLF) is part of the word: it reads ${word}`,
    mend: CRLF_MEND,
  },
  {
    kind: 'quotes',
    pattern: /["'“”‘’]/,
    what: (word) => `quotes do not quote, they are part of the word: it reads ${word}`,
    mend: 'leave the quotes out; a space within a path is written `\\ `',
  },
];

const IN_KEYS: readonly Trap[] = [
  ...ANYWHERE,
  {
    kind: 'commentInKey',
    pattern: /#/,
    what: (word) => `a comment cannot follow a rule: the key reads ${word}`,
    mend: 'put the comment on a line of its own, before the rule',
  },
];

const IN_PATHS: readonly Trap[] = [
  ...ANYWHERE,
  {
    kind: 'wildcard',
    pattern: /[*?]|\[[^\]]*\]/,
    what: (word) => `wildcards stand for themselves: only a file of the very name ${word} is meant`,
    mend: 'name the directory with `-F dir=`, or each file on a line of its own',
  },
  {
    kind: 'relativePath',
    pattern: /(?:^|\/)\.\.(?:\/|$)/,
    what: (word) =>
      `'..' is kept as it is written: the rule is listed, compared and searched as ${word}`,
    mend: "write the path without '..'",
  },
];

function wordsOfRule(statement: RuleStatement): readonly Flaw[] {
  return statement.rule.keys.flatMap((key) => trapped(statement, key, IN_KEYS));
}

function pathWords(statement: RuleStatement): readonly Flaw[] {
  return pathFields(statement).flatMap(({ value }) => trapped(statement, value, IN_PATHS));
}

/** One flaw for a word: the first trap that it falls into. */
function trapped(statement: Statement, word: string, traps: readonly Trap[]): readonly Flaw[] {
  const trap = traps.find(({ pattern }) => pattern.test(word));
  if (trap === undefined) return [];
  const found = trap.pattern.exec(word)?.[0] ?? '';
  const start = statement.text.indexOf(escaped(word));
  const piece = start < 0 ? found : statement.text.slice(statement.text.indexOf(found, start));
  return [
    flawAt(statement, piece, {
      kind: trap.kind,
      severity: 'misread',
      what: trap.what(`'${word}'`),
      mend: trap.mend,
    }),
  ];
}

/** `possible` is told and passed over. */
function skippedRule(
  statement: Extract<Statement, { readonly kind: 'directive' }>,
): readonly Flaw[] {
  const [option] = statement.directives;
  if (option?.name !== 'other' || !['-a', '-A', '-d'].includes(option.option)) return [];
  return [
    flawAt(statement, 'possible', {
      kind: 'possible',
      severity: 'refused',
      what: "the action 'possible' is deprecated: auditctl passes over the line, and exits 0",
      mend: "write 'always', or 'never', instead",
    }),
  ];
}
