/** The rule lines that a control asks for. Text first: the rule is what parsing it gives. */

import { architecturesOn } from '../audit/access.ts';
import { parseLine } from '../audit/parse.ts';
import type { Rule } from '../audit/rule.ts';
import type { Facts, Target } from '../discover/facts.ts';
import { pathsOf } from '../discover/world.ts';
import type { Finding } from '../evaluate/finding.ts';

export interface LineOptions {
  /** As an auditor searches for it: `ausearch -k KEY`. */
  readonly key: string;
  /** `-w` is what outside scanners accept; auditctl(8) advises the syscall form since audit 3.1.3. */
  readonly style: 'watch' | 'syscall';
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
  const permissions = finding.section.control.recommended.join('');
  const path = escapeWord(spellingOf(target, facts));
  const texts =
    options.style === 'watch'
      ? [`-w ${path}${permissions === 'rwxa' ? '' : ` -p ${permissions}`} -k ${options.key}`]
      : architecturesOn(facts.world.machine).map(
          (architecture) =>
            `-a always,exit -F arch=${architecture} -F path=${path} -F perm=${permissions} -F key=${options.key}`,
        );
  return texts.flatMap((text) => {
    const statement = parseLine(text, { kind: 'argument' });
    return statement.kind === 'rule'
      ? [{ control: finding.section.number, target, text, rule: statement.rule }]
      : [];
  });
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

/** auditctl knows no quoting, only these two escapes. Source: audit_strsplit, audit 3.0.9. */
function escapeWord(text: string): string {
  return text.replace(/[\\ ]/g, '\\$&');
}
