/** Whose a listed rule is: ours, brought by a load of ours from a file of others, or theirs alone. */

import { parseRules } from '../audit/parse.ts';
import type { Rule, Statement } from '../audit/rule.ts';
import type { Facts } from '../discover/facts.ts';
import type { HostReader } from '../host/host.ts';
import { decode } from '../text.ts';
import { broughtBy } from './brought.ts';
import type { ChangeRecord } from './change.ts';
import { listedAs } from './goal.ts';

/** What tells it. */
export type Seen = Pick<Facts, 'world' | 'persistent'>;

export interface Known {
  /** Rules that the change brought into the kernel, by listing. */
  readonly ours: ReadonlyMap<string, Rule>;
  /** Rules of the files that the change touches, as they stand before they are restored, by listing. */
  readonly brought: ReadonlyMap<string, Rule>;
  /** Rules that the change took out of the kernel, by listing. */
  readonly removed: ReadonlyMap<string, Rule>;
  /** Rules of ours that the change took out of the kernel, by listing. */
  readonly withdrawn: ReadonlyMap<string, Rule>;
  /** Whether a file holds it, so that nobody keeps it in the kernel alone. */
  isInFiles(line: string): boolean;
}

/** Asked before any file is restored: what a load brought stands in them. */
export async function knownOf(
  host: HostReader,
  record: ChangeRecord,
  { world, persistent }: Seen,
): Promise<Known> {
  const { files, removed, withdrawn } = record;
  const byListing = (rules: readonly Rule[]): ReadonlyMap<string, Rule> =>
    new Map(rules.map((rule) => [listedAs(rule, world), rule]));
  // What cannot be read tells nothing, and must not keep the rest from going back.
  const images = await Promise.all(files.map(({ path }) => host.read(path).catch(() => undefined)));
  const present = images.flatMap((image, at) => {
    const path = files[at]?.path;
    return image && path ? rulesAmong(parseRules(decode(image.bytes), path)) : [];
  });
  const { statements, generated } = persistent;
  const last =
    generated?.present === undefined ? [] : parseRules(generated.present, generated.path);
  const inFiles = byListing(rulesAmong([...statements, ...last]));
  return {
    ours: byListing(broughtBy(record)),
    brought: byListing(present),
    removed: byListing(removed),
    withdrawn: byListing(withdrawn),
    isInFiles: (line) => inFiles.has(line),
  };
}

function rulesAmong(statements: readonly Statement[]): readonly Rule[] {
  return statements.flatMap((statement) => (statement.kind === 'rule' ? [statement.rule] : []));
}

/** How often each line stands there; taking one leaves one less. */
export class Lines {
  readonly #counts = new Map<string, number>();

  constructor(lines: readonly string[]) {
    for (const line of lines) this.#counts.set(line, (this.#counts.get(line) ?? 0) + 1);
  }

  /** Whether one was left. */
  take(line: string): boolean {
    const left = this.#counts.get(line) ?? 0;
    if (left > 0) this.#counts.set(line, left - 1);
    return left > 0;
  }
}

/** Whether two listings say the same in the same order. */
export function sameLines(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
