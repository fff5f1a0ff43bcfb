/** One look at a host: asks everything once, side by side where nothing depends on the other. */

import type { Section } from '../controls/control.ts';
import type { HostReader } from '../host/host.ts';
import { readDockerProcesses } from './docker-process.ts';
import type { Facts } from './facts.ts';
import { findInstaller } from './installer.ts';
import { mayAskKernel, readKernel } from './kernel.ts';
import { readMachine } from './machine.ts';
import { LOADERS, readMechanism } from './mechanism.ts';
import { readMounts } from './mounts.ts';
import { overlooking } from './overlooking.ts';
import { persistentOf, statementsOf } from './persistent.ts';
import { findPlace } from './places.ts';
import { findPrograms } from './programs.ts';
import { readRestart } from './restart.ts';
import { readRulesFiles } from './rules.ts';
import { readText } from './small-files.ts';
import { readConsumer, readStorage } from './storage.ts';
import { readUnits } from './units.ts';
import { readWorld } from './world.ts';

export interface LookOptions {
  /** False for an image: files alone are judged. */
  readonly live: boolean;
  /** Watch places before they exist. */
  readonly includeAbsent: boolean;
}

const DOCKER_UNITS = ['docker.service', 'docker.socket'];

/** @throws HostFailure if a rule file that decides cannot be read */
export async function discover(
  given: HostReader,
  sections: readonly Section[],
  options: LookOptions,
): Promise<Facts> {
  const host = options.live && !(await mayAskKernel(given)) ? overlooking(given) : given;
  const programs = await findPrograms(host);
  // auditctl works while the files are read.
  const asked = readKernel(host, programs.auditctl, options.live);
  // It is awaited below; another look may fail first.
  asked.catch(() => undefined);
  const [machine, mounts, units] = await Promise.all([
    readMachine(host),
    readMounts(host),
    readUnits(host, programs, [...LOADERS, ...DOCKER_UNITS]),
  ]);
  const [storage, processes, { kernel, running, listing, version }] = await Promise.all([
    readStorage(host, mounts),
    options.live ? readDockerProcesses(host) : [],
    asked,
  ]);
  const loaders = units.filter(({ name }) => LOADERS.some((one) => one === name));
  const [installer, mechanism, consumer, ...found] = await Promise.all([
    programs.auditctl ? undefined : findInstaller(host, machine),
    readMechanism(host, machine, programs, loaders, version),
    readConsumer(host, kernel),
    ...sections.map(
      async ({ control }) =>
        [control.slug, await findPlace(host, control, units, options)] as const,
    ),
  ]);
  const places = new Map(found);
  const [{ files, entries, shelf, notes }, restart, generated] = await Promise.all([
    readRulesFiles(host, mechanism, mounts),
    readRestart(host, machine, programs, loaders, kernel, consumer),
    mechanism.kind === 'augenrules' ? readText(host, mechanism.merged) : undefined,
  ]);
  const { statements } = statementsOf(mechanism, files);
  const world = await readWorld(host, {
    statements: [...statements, ...(running.kind === 'known' ? running.statements : [])],
    targets: found.flatMap(([, place]) =>
      place.kind === 'found' ? place.targets.map(({ path }) => path) : [],
    ),
    mounts,
    machine: machine.architecture,
    version,
  });
  return {
    machine,
    programs,
    version,
    installer,
    mechanism,
    restart,
    kernel,
    consumer,
    storage,
    docker: { processes },
    places,
    world,
    shelf,
    entries,
    persistent: persistentOf(mechanism, files, generated, world),
    running,
    listing,
    notes,
  };
}
