/** The rule lines that a control asks for. Text first: the rule is what parsing it gives. */

import { architecturesOn } from '../audit/access.ts';
import { parseLine } from '../audit/parse.ts';
import type { Rule } from '../audit/rule.ts';
import type { World } from '../audit/world.ts';
import type { Target } from '../discover/facts.ts';
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
  world: World,
  options: LineOptions,
): readonly Line[] {
  const permissions = finding.section.control.recommended.join('');
  const path = escapeWord(target.path);
  const texts =
    options.style === 'watch'
      ? [`-w ${path}${permissions === 'rwxa' ? '' : ` -p ${permissions}`} -k ${options.key}`]
      : architecturesOn(world.machine).map(
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

/** auditctl knows no quoting, only these two escapes. Source: audit_strsplit, audit 3.0.9. */
function escapeWord(text: string): string {
  return text.replace(/[\\ ]/g, '\\$&');
}
