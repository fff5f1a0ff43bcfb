/** Rules that a way takes out of the kernel, and how the plan tells it. Pure. */

import type { Rule } from '../audit/rule.ts';

/** A rule that the kernel loses if it holds it: what silences, or one of ours. */
export interface Taken {
  readonly rule: Rule;
  readonly index?: number;
  readonly is: 'silencer' | 'ours';
}

/** All of them for one reason. */
export function takenFor(
  is: Taken['is'],
  rules: readonly { readonly rule: Rule; readonly index?: number }[],
): readonly Taken[] {
  return rules.map(({ rule, index }) => ({ rule, is, ...(index === undefined ? {} : { index }) }));
}

/** What a load does; where several things, with commas. */
export function loadWords(brings: boolean, removals: readonly Taken[]): string {
  const words = [
    ...(brings ? ['brings ours'] : []),
    ...(hasAny(removals, 'silencer') ? ['leaves out what silences'] : []),
    ...(hasAny(removals, 'ours') ? ['leaves out those of ours that go'] : []),
  ];
  return words.length > 1 ? `${words.join(', ')},` : (words[0] ?? 'loads what is left');
}

/** What is done by one auditctl after the other. */
export function oneByOneWords(removals: readonly Taken[], adds: boolean): string {
  return [
    ...(hasAny(removals, 'silencer') ? ['what silences is taken out'] : []),
    ...(hasAny(removals, 'ours') ? ['those of ours that go are taken out'] : []),
    ...(adds ? ['ours are added'] : []),
  ].join(' and ');
}

function hasAny(removals: readonly Taken[], kind: Taken['is']): boolean {
  return removals.some(({ is }) => is === kind);
}
