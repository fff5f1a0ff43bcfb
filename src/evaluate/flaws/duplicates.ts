/** Rules that are one to the kernel, and the lines that say them. */

import { canonical, identityOf } from '../../audit/canonical.ts';
import type { Statement } from '../../audit/rule.ts';
import type { Script } from './script.ts';

/** Which line a rule was loaded from first; made only if one is there twice. */
export class Duplicates {
  readonly #script: Script;
  #first: Map<string, readonly Statement[]> | undefined;

  constructor(script: Script) {
    this.#script = script;
  }

  /** The nearest line before `statement` that says the same. */
  firstOf(statement: Statement): Statement | undefined {
    this.#first ??= this.#read();
    const known = this.#first.get(this.#identity(statement) ?? '') ?? [];
    const at = known.indexOf(statement);
    return at > 0 ? known[at - 1] : undefined;
  }

  #read(): Map<string, readonly Statement[]> {
    return Map.groupBy(this.#script.statements, (one) => this.#identity(one) ?? '');
  }

  #identity(statement: Statement): string | undefined {
    if (statement.kind !== 'rule') return undefined;
    const sent = canonical(statement.rule, this.#script.world);
    return 'value' in sent ? identityOf(sent.value) : undefined;
  }
}
