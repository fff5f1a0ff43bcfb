/** What is wanting where the rules do not record all that is asked. */

import type { Access } from './access.ts';
import type { Lack } from './coverage.ts';
import type { Answered } from './decide.ts';
import type { Permission, RuleStatement } from './rule.ts';

/** @param quieting rules of other lists that silence some tasks or events */
export function lacksOf(
  answers: readonly Answered[],
  quieting: readonly RuleStatement[],
): readonly Lack[] {
  return uniqueLacks([
    ...unrecorded(answers),
    ...answers.flatMap(({ answer }): readonly Lack[] => {
      if (answer.kind === 'silenced') return [{ kind: 'silenced', by: answer.by }];
      return answer.kind === 'recorded' ? answer.lacks : [];
    }),
    ...quieting.map((by): Lack => ({ kind: 'silenced', by })),
  ]);
}

/** Permissions, one architecture of two, or system calls, for which nothing is recorded. */
function unrecorded(answers: readonly Answered[]): readonly Lack[] {
  const open = answers.filter(({ answer }) => answer.kind === 'none');
  const seen = answers.filter(({ answer }) => answer.kind === 'recorded');
  const hasPermission = ({ permission }: Access): boolean =>
    seen.some(({ access }) => access.permission === permission);
  const hasBoth = (wanted: Access): boolean =>
    seen.some(
      ({ access }) =>
        access.permission === wanted.permission && access.architecture === wanted.architecture,
    );
  const permissions = unique(
    open.filter(({ access }) => !hasPermission(access)).map(({ access }) => access.permission),
  );
  const half = open.filter(({ access }) => hasPermission(access));
  const architectures = unique(
    half.filter(({ access }) => !hasBoth(access)).map(({ access }) => access.architecture),
  );
  return [
    ...(permissions.length > 0 ? [{ kind: 'permission', permissions } as const] : []),
    ...architectures.map((architecture): Lack => ({ kind: 'architecture', architecture })),
    ...callLacks(half.filter(({ access }) => hasBoth(access))),
  ];
}

function callLacks(open: readonly Answered[]): readonly Lack[] {
  const byPermission = new Map<Permission, Set<string>>();
  for (const { access, call } of open) {
    if (call === undefined) continue;
    const calls = byPermission.get(access.permission) ?? new Set();
    byPermission.set(access.permission, calls.add(call));
  }
  return [...byPermission].map(([permission, calls]) => ({
    kind: 'calls',
    permission,
    calls: [...calls],
  }));
}

/** Each value once, in its first place. */
export function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

/** Each lack once. */
export function uniqueLacks(lacks: readonly Lack[]): readonly Lack[] {
  return [...new Map(lacks.map((lack) => [keyOf(lack), lack])).values()];
}

function keyOf(lack: Lack): string {
  return JSON.stringify('by' in lack ? { ...lack, by: [lack.by.origin, lack.by.text] } : lack);
}
