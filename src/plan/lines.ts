/** The rules that a control asks for, and the line that says each: made from the rule, never by hand. */

import { architecturesOn } from '../audit/access.ts';
import { printRule } from '../audit/print.ts';
import type { Field, Permission, Rule } from '../audit/rule.ts';
import type { Control } from '../controls/control.ts';
import type { Facts, Target } from '../discover/facts.ts';
import { pathsOf } from '../discover/world.ts';
import type { Finding } from '../evaluate/finding.ts';

export interface LineOptions {
  /** As an auditor searches for it: `ausearch -k KEY`. */
  readonly key: string;
  /** `-w` is what outside scanners accept; auditctl(8) advises the syscall form since audit 3.1.3. */
  readonly style: 'watch' | 'syscall';
  /** Write the recommended permissions everywhere. */
  readonly strict: boolean;
}

/** One line of ours, and why it is there. */
export interface Line {
  readonly control: string;
  readonly target: Target;
  readonly text: string;
  readonly rule: Rule;
}

/** The lines by which `target` is watched for `finding`'s control. */
export function linesFor(
  finding: Finding,
  target: Target,
  facts: Facts,
  options: LineOptions,
): readonly Line[] {
  const { control } = finding.section;
  const permissions = permissionsOf(control, options.strict);
  const path = spellingOf(target, facts);
  const rule = (fields: readonly Field[]): Rule => ({
    list: 'exit',
    action: 'always',
    syscalls: 'all',
    fields: [...fields, is('perm', permissions.join(''))],
    keys: [options.key],
  });
  const seen = facts.world.paths.get(path);
  // `-w` looks through a link: one to a directory would be watched as a tree, and never heard.
  const isDirectory = (seen?.target ?? seen)?.kind === 'directory';
  const isTree = isDirectory && target.recursive;
  // On a directory `-w` means all below it, also where the directory alone is asked for.
  const rules =
    options.style === 'watch'
      ? [rule([is(isDirectory && !isTree ? 'path' : 'watch', path)])]
      : architecturesOn(facts.world.machine).map((architecture) =>
          rule([is('arch', architecture), is(isTree ? 'dir' : 'path', path)]),
        );
  return rules.map((each) => ({
    control: finding.section.number,
    target,
    text: printRule(each),
    rule: each,
  }));
}

/** The book's own wish, but on a data root, where recording each read would flood the log. */
function permissionsOf(
  { place, required, recommended }: Control,
  strict: boolean,
): readonly Permission[] {
  return place.kind === 'dataRoot' && !strict ? required : recommended;
}

function is(name: string, value: string): Field {
  return { kind: 'value', name, operator: '=', value };
}

/**
 * A rule that names the place already keeps its spelling: of two spellings of one file the kernel
 * re-arms only one when a package replaces it. Source: audit_update_watch, Linux 6.18.
 */
function spellingOf({ path }: Target, { persistent, running, world }: Facts): string {
  const standing = [
    ...persistent.statements,
    ...(running.kind === 'known' ? running.statements : []),
  ].flatMap(pathsOf);
  return standing.find((text) => world.paths.get(text)?.place === path) ?? path;
}
