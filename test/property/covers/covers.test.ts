/**
 * The judge against the kernel's own way, event by event: it never says covered of an event that
 * leaves no record. Source of the model: facts of auditfilter.c, first match wins per event.
 */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, type Requirement } from '../../../src/audit/covers.ts';
import { indexRules } from '../../../src/audit/rule-index.ts';
import { parseLine } from '../../../src/audit/parse.ts';
import type { Permission, Statement } from '../../../src/audit/rule.ts';
import type { PathFacts, PlaceKind, World } from '../../../src/audit/world.ts';
import { absolutePath } from '../../../src/paths.ts';

const PLACE = absolutePath('/usr/bin/dockerd');
const KINDS: Readonly<Record<string, PlaceKind>> = {
  '/usr/bin/dockerd': 'file',
  '/usr/bin/docker': 'file',
  '/usr/bin': 'directory',
  '/usr': 'directory',
  '/etc': 'directory',
};
const DIRECTORIES_ABOVE = ['/usr/bin', '/usr'];

const paths = new Map<string, PathFacts>(
  Object.entries(KINDS).map(([path, kind]) => [
    path,
    { kind, place: absolutePath(path), device: '1', mount: absolutePath('/') },
  ]),
);
const world: World = {
  paths,
  users: new Map(),
  groups: new Map(),
  machine: 'x86_64',
  version: [3, 0, 9],
};

/** One rule of the model, and the line that a person would write for it. */
interface Written {
  readonly action: 'always' | 'never';
  readonly locator: { readonly field: 'path' | 'dir' | 'watch'; readonly text: string } | undefined;
  readonly permissions: string | undefined;
  readonly arch: 'b64' | 'b32' | undefined;
  readonly condition: string | undefined;
}

interface Happening {
  readonly permission: Permission;
  readonly arch: 'b64' | 'b32';
  /** The login user; none is unset. */
  readonly auid: number;
  readonly success: 0 | 1;
}

const CONDITIONS: Readonly<Record<string, (event: Happening) => boolean>> = {
  'auid>=1000': ({ auid }) => auid >= 1000,
  'auid!=unset': ({ auid }) => auid !== 0xffff_ffff,
  'auid=0': ({ auid }) => auid === 0,
  'success=1': ({ success }) => success === 1,
};

const locator = fc.constantFrom<NonNullable<Written['locator']>>(
  { field: 'path', text: '/usr/bin/dockerd' },
  { field: 'path', text: '/usr/bin/docker' },
  { field: 'dir', text: '/usr/bin' },
  { field: 'dir', text: '/usr' },
  { field: 'dir', text: '/etc' },
);

const written: fc.Arbitrary<Written> = fc.record({
  action: fc.constantFrom('always', 'always', 'always', 'never'),
  locator: fc.oneof(
    { weight: 9, arbitrary: locator },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  permissions: fc.oneof(
    fc.constant(undefined),
    fc.subarray(['r', 'w', 'x', 'a'], { minLength: 1 }).map((letters) => letters.join('')),
  ),
  arch: fc.constantFrom(undefined, undefined, 'b64', 'b32'),
  condition: fc.constantFrom(undefined, undefined, undefined, ...Object.keys(CONDITIONS)),
});

const table = fc.array(written, { maxLength: 6 });
const wanted = fc.subarray<Permission>(['r', 'w', 'x', 'a'], { minLength: 1 });

function lineOf({ action, locator: where, permissions, arch, condition }: Written): string {
  return [
    `-a ${action},exit`,
    ...(arch ? [`-F arch=${arch}`] : []),
    '-S all',
    ...(where ? [`-F ${where.field}=${where.text}`] : []),
    ...(permissions ? [`-F perm=${permissions}`] : []),
    ...(condition ? [`-F ${condition}`] : []),
  ].join(' ');
}

function statements(rules: readonly Written[]): readonly Statement[] {
  return rules.map((rule, index) => parseLine(lineOf(rule), { kind: 'kernel', index: index + 1 }));
}

function judged(rules: readonly Written[], permissions: readonly Permission[]) {
  const requirement: Requirement = { place: PLACE, permissions };
  return covers(requirement, indexRules(statements(rules), world));
}

function events(permissions: readonly Permission[]): readonly Happening[] {
  return permissions.flatMap((permission) =>
    (['b64', 'b32'] as const).flatMap((arch) =>
      [0xffff_ffff, 0, 1000].flatMap((auid) =>
        ([0, 1] as const).map((success) => ({ permission, arch, auid, success })),
      ),
    ),
  );
}

function matches(rule: Written, event: Happening): boolean {
  const { locator: where } = rule;
  const here =
    where === undefined ||
    (where.field === 'dir' ? DIRECTORIES_ABOVE.includes(where.text) : where.text === PLACE);
  return (
    here &&
    (rule.permissions ?? 'rwxa').includes(event.permission) &&
    (rule.arch ?? event.arch) === event.arch &&
    (rule.condition === undefined || (CONDITIONS[rule.condition]?.(event) ?? false))
  );
}

/** What the kernel does: the first rule that matches decides. */
function decider(rules: readonly Written[], event: Happening): Written | undefined {
  return rules.find((rule) => matches(rule, event));
}

function isRecorded(rules: readonly Written[], event: Happening): boolean {
  return decider(rules, event)?.action === 'always';
}

const RANK = { suppressed: 0, absent: 0, partial: 1, covered: 2 } as const;

function rank(rules: readonly Written[], permissions: readonly Permission[]): number {
  return RANK[judged(rules, permissions).kind];
}

describe('covering', () => {
  it('is never claimed of an event that leaves no record', () => {
    fc.assert(
      fc.property(table, wanted, (rules, permissions) => {
        if (judged(rules, permissions).kind !== 'covered') return;
        const lost = events(permissions).filter((event) => !isRecorded(rules, event));
        expect(lost).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  it('is exact where no rule has a condition', () => {
    const plain = table.map((rules) => rules.map((rule) => ({ ...rule, condition: undefined })));
    fc.assert(
      fc.property(plain, wanted, (rules, permissions) => {
        const all = events(permissions);
        const recorded = all.filter((event) => isRecorded(rules, event)).length;
        const { kind } = judged(rules, permissions);
        const isSilenced = all.some((event) => decider(rules, event)?.action === 'never');
        const none = isSilenced ? ['suppressed'] : ['partial', 'absent'];
        const some = recorded > 0 ? ['partial'] : none;
        expect(recorded === all.length ? ['covered'] : some).toContain(kind);
      }),
      { numRuns: 3000 },
    );
  });

  it('is what a rule for exactly this does by itself', () => {
    fc.assert(
      fc.property(wanted, (permissions) => {
        const rule: Written = {
          action: 'always',
          locator: { field: 'path', text: PLACE },
          permissions: permissions.join(''),
          arch: undefined,
          condition: undefined,
        };
        expect(judged([rule], permissions).kind).toBe('covered');
        const both = (['b64', 'b32'] as const).map((arch) => ({ ...rule, arch }));
        expect(judged(both, permissions).kind).toBe('covered');
      }),
    );
  });

  it('is not lessened by one more rule at the end that records', () => {
    fc.assert(
      fc.property(table, written, wanted, (rules, more, permissions) => {
        const after = [...rules, { ...more, action: 'always' as const }];
        expect(rank(after, permissions)).toBeGreaterThanOrEqual(rank(rules, permissions));
      }),
      { numRuns: 2000 },
    );
  });

  it('is not lessened by asking for less', () => {
    fc.assert(
      fc.property(table, wanted, fc.nat(), (rules, permissions, index) => {
        const fewer = permissions.filter((_, at) => at !== index % permissions.length);
        if (fewer.length === 0 || judged(rules, permissions).kind !== 'covered') return;
        expect(judged(rules, fewer).kind).toBe('covered');
      }),
      { numRuns: 2000 },
    );
  });

  it('is not bettered by narrowing a rule that records', () => {
    const narrower = fc.constantFrom<(rule: Written) => Written>(
      (rule) => ({ ...rule, condition: rule.condition ?? 'auid>=1000' }),
      (rule) => ({ ...rule, arch: rule.arch ?? 'b64' }),
      (rule) => ({ ...rule, permissions: (rule.permissions ?? 'rwxa').slice(0, 1) }),
    );
    fc.assert(
      fc.property(table, wanted, fc.nat(), narrower, (rules, permissions, index, narrow) => {
        const at = rules.length === 0 ? -1 : index % rules.length;
        const after = rules.map((rule, here) =>
          here === at && rule.action === 'always' ? narrow(rule) : rule,
        );
        expect(rank(after, permissions)).toBeLessThanOrEqual(rank(rules, permissions));
      }),
      { numRuns: 2000 },
    );
  });
});
