/**
 * Why an init system does not start a unit or script when the host boots, if so: a clause.
 * Sources: systemd.unit(5), systemctl(1) UnitFileState; update-rc.d(8); OpenRC's runlevels.
 */

import type { HostReader } from '../host/host.ts';
import { absolutePath, join } from '../paths.ts';
import type { KernelLine, KernelLines } from './kernel-line.ts';
import type { Machine } from './machine.ts';
import { readText } from './small-files.ts';
import type { Unit } from './units.ts';

/** @param name of a unit, where systemd is the init system @throws HostFailure */
export async function whyIdle(
  host: HostReader,
  { init, machineId }: Machine,
  units: readonly Unit[],
  name: string,
  lines: KernelLines,
): Promise<string | undefined> {
  switch (init) {
    case 'systemd':
      return unitIdle(units, name, machineId) ?? unmetCondition(host, units, name, lines);
    case 'sysv':
      return sysvIdle(host);
    case 'openrc':
      return openrcIdle(host);
    case 'none':
      return undefined;
    default:
      return init satisfies never;
  }
}

/** Links that last for one boot make it this. */
const UNTIL_BOOT = ['enabled-runtime', 'linked-runtime'];

function unitIdle(units: readonly Unit[], name: string, machineId: string): string | undefined {
  const unit = units.find((one) => one.name === name);
  if (unit === undefined || unit.load === 'absent') return `${name} is not installed`;
  if (unit.load === 'masked') return `${name} is masked`;
  if (isStarted(unit, units, [])) return undefined;
  if (UNTIL_BOOT.includes(unit.state)) return `${name} is enabled until the next boot alone`;
  if (unit.state !== '') return `${name} is disabled`;
  // Presets decide when an image boots for the first time: machine-id(5), first boot semantics.
  return isFirstBoot(machineId) ? undefined : `nothing starts ${name}`;
}

/** Whether an image has not booted yet. */
export function isFirstBoot(machineId: string): boolean {
  return machineId === '' || machineId === 'uninitialized';
}

/** @param seen units on the way here: two may pull each other */
function isStarted(unit: Unit, units: readonly Unit[], seen: readonly string[]): boolean {
  if (unit.state === 'enabled') return true;
  const pullers = units.filter(
    ({ name, load, wants, requires }) =>
      load === 'loaded' && !seen.includes(name) && [...wants, ...requires].includes(unit.name),
  );
  if (pullers.some((one) => isStarted(one, units, [...seen, unit.name]))) return true;
  if (UNTIL_BOOT.includes(unit.state)) return false;
  return unit.pulledBy.some((name) => !units.some((one) => one.name === name));
}

/** `!audit=0` and its like, against the line of the next boot, or of this one. */
async function unmetCondition(
  host: HostReader,
  units: readonly Unit[],
  name: string,
  { next, now }: KernelLines,
): Promise<string | undefined> {
  const unit = units.find((one) => one.name === name);
  const line = next ?? now;
  if (unit?.fragment === undefined || line === undefined) return undefined;
  const files = [unit.fragment, ...unit.dropIns];
  const texts = await Promise.all(files.map((path) => readText(host, path)));
  const unmet = conditionsIn(texts.join('\n')).find((one) => !isMet(one, line));
  return unmet === undefined
    ? undefined
    : `${name} has ConditionKernelCommandLine=${unmet}, which ${line.where} does not meet`;
}

/** An empty value empties the list; of those marked `|` one is enough, which is not judged. */
function conditionsIn(text: string): readonly string[] {
  const values = [...text.matchAll(/^[ \t]*ConditionKernelCommandLine[ \t]*=[ \t]*(.*?)[ \t]*$/gm)];
  const all = values.map(([, value = '']) => value);
  return all.slice(all.lastIndexOf('') + 1).filter((value) => !value.startsWith('|'));
}

function isMet(condition: string, { words }: KernelLine): boolean {
  const wanted = condition.replace(/^!\s*/, '');
  const isThere = words.some(
    (word) => word === wanted || (!wanted.includes('=') && word.startsWith(`${wanted}=`)),
  );
  return condition.startsWith('!') ? !isThere : isThere;
}

/** Where other programs than update-rc.d and chkconfig keep such things, nothing is known. */
async function sysvIdle(host: HostReader): Promise<string | undefined> {
  const levels = ['2', '3', '4', '5', 'S'].map((level) => absolutePath(`/etc/rc${level}.d`));
  const names = await Promise.all(levels.map((path) => host.list(path)));
  const known = names.filter((one) => one !== undefined);
  if (known.length === 0 || known.flat().some((name) => /^S\d+auditd$/.test(name)))
    return undefined;
  return 'no runlevel starts /etc/init.d/auditd';
}

async function openrcIdle(host: HostReader): Promise<string | undefined> {
  const runlevels = absolutePath('/etc/runlevels');
  const levels = await host.list(runlevels);
  if (levels === undefined) return undefined;
  const links = await Promise.all(
    levels.map((level) => host.look(join(join(runlevels, level), 'auditd'))),
  );
  return links.some((one) => one !== undefined)
    ? undefined
    : 'no runlevel starts the init script auditd';
}
