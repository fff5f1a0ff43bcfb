/** What starts loader and daemon at boot. Sources: systemctl(1), UnitFileState; systemd.unit(5); facts of audit 3.0 to 4.2. */

import { describe, expect, it } from 'vitest';
import { isFirstBoot, whyIdle } from '../../../src/discover/idle.ts';
import type { KernelLines } from '../../../src/discover/kernel-line.ts';
import { readMachine } from '../../../src/discover/machine.ts';
import type { Unit } from '../../../src/discover/units.ts';
import { absolutePath } from '../../../src/paths.ts';
import { goldenHost, parseManifest } from '../../support/golden.ts';

const QUIET: KernelLines = { now: { words: ['quiet'], where: '/proc/cmdline' }, sources: [] };

function unit(name: string, more: Partial<Unit> = {}): Unit {
  return {
    name,
    load: 'loaded',
    fragment: undefined,
    dropIns: [],
    commands: new Map(),
    refusesManualStop: false,
    state: '',
    wants: [],
    requires: [],
    pulledBy: [],
    ...more,
  };
}

const RULES = 'audit-rules.service';
const DAEMON = 'auditd.service';

interface Tree {
  readonly files?: Readonly<Record<string, readonly string[]>>;
  readonly directories?: readonly string[];
  readonly removed?: readonly string[];
}

async function idle(
  init: 'systemd' | 'sysv' | 'openrc',
  name: string,
  units: readonly Unit[],
  {
    machineId = 'f00d',
    lines = QUIET,
    ...tree
  }: Tree & { machineId?: string; lines?: KernelLines } = {},
): Promise<string> {
  const wanted = {
    situation: name,
    source: name,
    boots: false,
    expected: { exit: 0, verdicts: {} },
  };
  using made = await goldenHost(parseManifest(JSON.stringify({ ...wanted, ...tree })));
  const machine = { ...(await readMachine(made.host)), init, machineId };
  return (await whyIdle(made.host, machine, units, name, lines)) ?? 'starts';
}

describe('a unit', () => {
  const both = (rules: Partial<Unit>, daemon: Partial<Unit>) => [
    unit(DAEMON, daemon),
    unit(RULES, rules),
  ];
  const target = { pulledBy: ['multi-user.target'] };
  it.each<[situation: string, name: string, units: readonly Unit[], said: string]>([
    ['enabled', DAEMON, [unit(DAEMON, { state: 'enabled', ...target })], 'starts'],
    ['disabled', DAEMON, [unit(DAEMON, { state: 'disabled' })], 'auditd.service is disabled'],
    [
      'masked',
      DAEMON,
      [unit(DAEMON, { load: 'masked', state: 'masked' })],
      'auditd.service is masked',
    ],
    ['absent', DAEMON, [], 'auditd.service is not installed'],
    [
      'enabled in /run alone',
      DAEMON,
      [unit(DAEMON, { state: 'enabled-runtime', ...target })],
      'auditd.service is enabled until the next boot alone',
    ],
    [
      'static, and pulled in by a target',
      RULES,
      [unit(RULES, { state: 'static', pulledBy: ['sysinit.target'] })],
      'starts',
    ],
    [
      'static, and pulled in by nothing',
      RULES,
      [unit(RULES, { state: 'static' })],
      `${RULES} is disabled`,
    ],
    [
      'disabled, and wanted by an enabled auditd: audit 4.2',
      RULES,
      both({ state: 'disabled', pulledBy: [DAEMON] }, { state: 'enabled', wants: [RULES] }),
      'starts',
    ],
    [
      'static, and required by a disabled auditd: audit 4.0',
      RULES,
      both({ state: 'static', pulledBy: [DAEMON] }, { state: 'disabled', requires: [RULES] }),
      `${RULES} is disabled`,
    ],
    [
      'static, and wanted by a masked auditd',
      RULES,
      both({ state: 'static', pulledBy: [DAEMON] }, { load: 'masked', wants: [RULES] }),
      `${RULES} is disabled`,
    ],
    [
      'in a circle that nothing starts',
      RULES,
      both({ wants: [DAEMON], pulledBy: [DAEMON] }, { wants: [RULES], pulledBy: [RULES] }),
      `nothing starts ${RULES}`,
    ],
    ['of an image, with a link', DAEMON, [unit(DAEMON, target)], 'starts'],
    ['of an image, without', DAEMON, [unit(DAEMON)], 'nothing starts auditd.service'],
  ])('%s', async (_, name, units, said) => {
    expect(await idle('systemd', name, units)).toBe(said);
  });

  it.each(['', 'uninitialized'])(
    'of an image that never booted is left to presets: %j',
    async (machineId) => {
      expect(isFirstBoot(machineId)).toBe(true);
      expect(await idle('systemd', DAEMON, [unit(DAEMON)], { machineId })).toBe('starts');
    },
  );
});

const line = (text: string) => ({ words: text.split(' '), where: '/boot/grub/grub.cfg:9' });

describe('ConditionKernelCommandLine', () => {
  const path = '/etc/systemd/system/auditd.service';
  it.each<[conditions: readonly string[], next: string, met: boolean]>([
    [['!audit=0'], 'ro quiet', true],
    [['!audit=0'], 'ro audit=1', true],
    [['!audit=0', '!audit=off'], 'ro audit=off', false],
    [['audit'], 'ro audit=1', true],
    [['audit'], 'ro', false],
    [['audit=1'], 'ro audit=1', true],
    [['audit=1'], 'ro audit=12', false],
    // An empty value empties the list; of those with | one is enough.
    [['audit=1', ''], 'ro', true],
    [['|audit=1', '|quiet'], 'quiet', true],
  ])('%j and %s', async (conditions, next, met) => {
    const files = {
      [path]: ['[Unit]', ...conditions.map((one) => `ConditionKernelCommandLine=${one}`)],
    };
    const started = unit(DAEMON, { state: 'enabled', fragment: absolutePath(path) });
    const said = await idle('systemd', DAEMON, [started], {
      files,
      lines: { next: line(next), sources: [] },
    });
    expect(said).toMatch(met ? /^starts$/ : /which \/boot\/grub\/grub\.cfg:9 does not meet$/);
  });
});

describe('a host with init scripts', () => {
  it.each<[links: readonly string[], said: string]>([
    [[], 'starts'],
    [['/etc/rc2.d/S01auditd', '/etc/rc0.d/K01auditd'], 'starts'],
    [['/etc/rcS.d/S10auditd'], 'starts'],
    [['/etc/rc2.d/K01auditd'], 'no runlevel starts /etc/init.d/auditd'],
    [['/etc/rc2.d/S01docker', '/etc/rc6.d/S01auditd'], 'no runlevel starts /etc/init.d/auditd'],
  ])('%j', async (links, said) => {
    const files = Object.fromEntries(links.map((path) => [path, []]));
    expect(await idle('sysv', DAEMON, [], { files })).toBe(said);
  });
});

describe('a host with OpenRC', () => {
  it.each<[files: readonly string[], said: string]>([
    [[], 'starts'],
    [['/etc/runlevels/default/auditd'], 'starts'],
    [['/etc/runlevels/boot/auditd'], 'starts'],
    [['/etc/runlevels/default/docker'], 'no runlevel starts the init script auditd'],
  ])('%j', async (paths, said) => {
    const files = Object.fromEntries(paths.map((path) => [path, []]));
    expect(await idle('openrc', DAEMON, [], { files })).toBe(said);
  });
});
