/**
 * Rules that name no path, and ask for some user, program or result: they bear on every place, and
 * add nothing to what others record while all rules together leave events over.
 */

import { canonical } from '../audit/canonical.ts';
import { listedAs, type FramedLine } from '../audit/frame.ts';
import { asksForSome, Asking } from '../audit/left-over.ts';
import { listRule } from '../audit/listing.ts';
import { conditionsOf } from '../audit/match.ts';
import type { Field, Rule, Statement } from '../audit/rule.ts';
import type { World } from '../audit/world.ts';

export class Pathless {
  readonly #world: World;
  /** All that rules of the files and of the kernel ask for. */
  readonly #asking = new Asking();
  #passesOver = false;
  #isEnough = true;

  constructor(printer: Pick<World, 'machine' | 'version'>) {
    this.#world = { ...printer, paths: new Map(), users: new Map(), groups: new Map() };
  }

  /** Whether what was passed over may stay so, by all that was seen since. */
  get isEnough(): boolean {
    return this.#isEnough;
  }

  /**
   * Reads the lines that were passed over, and name no path, if they may matter after all.
   * @param framed each line as told by its frame, if it may be passed over
   * @param read what was read of each; undefined where it was passed over
   */
  settle<Line>(
    lines: readonly Line[],
    framed: readonly (FramedLine | undefined)[],
    read: (Statement | undefined)[],
    parse: (line: Line, at: number) => Statement,
  ): void {
    const rules = read.flatMap((one) => (one?.kind === 'rule' ? one.rule : [])).filter(isAsking);
    for (const rule of rules) this.#asking.add(rule.action, conditionsOf(rule));
    const passed = new Map<number, FramedLine>();
    for (const [at, one] of framed.entries()) {
      if (one?.frame.conditions === undefined) continue;
      this.#hear(one, one.frame.conditions);
      if (read[at] === undefined) passed.set(at, one);
    }
    const leavesSome = this.#asking.leavesEventsOver();
    this.#isEnough &&= leavesSome || !this.#passesOver;
    if (leavesSome && !this.#sayAgain(rules, passed)) {
      this.#passesOver ||= passed.size > 0;
      return;
    }
    for (const at of passed.keys()) {
      const line = lines[at];
      if (line !== undefined) read[at] = parse(line, at);
    }
  }

  #hear({ frame: { asks }, value, directory }: FramedLine, conditions: readonly Field[]): void {
    if (asks === undefined) this.#asking.add('always', conditions);
    else if (directory === undefined) this.#asking.addNumber(asks.name, value);
    else this.#asking.add('always', [{ ...asks, value }]);
  }

  /** Whether one of `rules` may be one of `passed` in other words: the second would stop the load. */
  #sayAgain(rules: readonly Rule[], passed: ReadonlyMap<number, FramedLine>): boolean {
    if (rules.length === 0) return false;
    const listed = new Set([...passed.values()].map(listedAs));
    return rules.some((rule) => {
      const sent = canonical(rule, this.#world);
      return 'reason' in sent || listed.has(listRule(sent.value, this.#world));
    });
  }
}

function isAsking(rule: Rule): boolean {
  return rule.list === 'exit' && asksForSome(conditionsOf(rule));
}
