/** What is wanting, in words that name the line which decides. */

import type { Lack } from '../audit/coverage.ts';
import type { Origin, Statement } from '../audit/rule.ts';
import type { Standing } from './finding.ts';

/** What is wanting, in words. */
function describeLack(lack: Lack): string {
  switch (lack.kind) {
    case 'permission':
      return `${lack.permissions.join('')} is not recorded`;
    case 'architecture':
      return `calls through the ${lack.architecture === 'b64' ? '64' : '32'}-bit interface are not recorded`;
    case 'calls':
      return `${lack.permission} through ${lack.calls.join(', ')} is not recorded`;
    case 'subtree':
      return `${nameOf(lack.by)} watches the directory itself, not what lies below it`;
    case 'narrowed':
      return `only events with ${lack.field} are recorded`;
    case 'silenced':
      return `${nameOf(lack.by)} silences some of its events`;
    case 'target':
      return `${lack.path} is not watched`;
    case 'fragile':
      return `${lack.reason} (${nameOf(lack.by)})`;
    case 'boot':
      return lack.reason;
    default:
      return lack satisfies never;
  }
}

/** All that is wanting. */
export function lacksOf(standing: Extract<Standing, { readonly kind: 'partial' }>): string {
  return standing.lacks.map(describeLack).join('; ');
}

/** Where a person finds the rule. */
export function nameOf(statement: Statement): string {
  const origin = writtenAt(statement);
  if (origin.kind === 'file') return `${origin.file}:${origin.line}`;
  return origin.kind === 'kernel' ? `kernel rule ${origin.index}` : 'a rule';
}

/** The line that a person can mend: of a running rule the one that brought it, if known. */
export function writtenAt(statement: Statement): Origin {
  return (statement.kind === 'rule' ? statement.source : undefined) ?? statement.origin;
}
