/** One look at a host: asks everything once, side by side where nothing depends on the other. */

import { inOwnNames } from '../audit/settle.ts';
import type { Section } from '../controls/control.ts';
import type { HostReader } from '../host/host.ts';
import { parentOf, type AbsolutePath } from '../paths.ts';
import { JOURNAL_SOCKET, readBoot } from './boot.ts';
import { DOCKER_UNITS, readDocker } from './docker.ts';
import type { Facts, FoundPlace, Mechanism } from './facts.ts';
import { hindrancesOf } from './hindrances.ts';
import type { SoughtPlace } from './horizon.ts';
import { findInstaller } from './installer.ts';
import { askKernel, mayAskKernel, runningOf } from './kernel.ts';
import { lastLoad } from './last-load.ts';
import { readMachine } from './machine.ts';
import { LOADERS, readMechanism } from './mechanism.ts';
import { readMounts } from './mounts.ts';
import { findOnlookers } from './onlookers.ts';
import { overlooking, passingDeadEnds } from './overlooking.ts';
import { persistentOf, readsOf, staleStatements } from './persistent.ts';
import { findPlace } from './places.ts';
import { findPrograms } from './programs.ts';
import { readRestart } from './restart.ts';
import { readRulesFiles } from './rules.ts';
import { reader } from './reader.ts';
import { skimming } from './skim.ts';
import { readText } from './small-files.ts';
import { readConsumer, readStorage } from './storage.ts';
import { unkeptNotes } from './unkept.ts';
import { readUnits } from './units.ts';
import { readWorld } from './world.ts';

export interface LookOptions {
  /** False for an image: files alone are judged. */
  readonly live: boolean;
  /** Watch places before they exist. */
  readonly includeAbsent: boolean;
  /** Enough to judge, not to plan: paths that can bear upon no place of the sections are not seen. */
  readonly quick?: boolean;
  /** Whether each rule is to be told of, and not only judged. */
  readonly everyRule?: boolean;
}

/** Paths of a place: what is watched, and what outside judges compare. */
function pathsNamed([, place]: readonly [string, FoundPlace]): readonly AbsolutePath[] {
  if (place.kind !== 'found') return [];
  const { targets, unitFile } = place;
  return [...targets.map(({ path }) => path), ...(unitFile === undefined ? [] : [unitFile])];
}

/** What the meaning of rules is asked for. */
function soughtPlaces(
  paths: readonly AbsolutePath[],
  found: readonly (readonly [string, FoundPlace])[],
): readonly SoughtPlace[] {
  const targets = found.flatMap(([, place]) => (place.kind === 'found' ? place.targets : []));
  return [...paths.map((path) => ({ path, recursive: false })), ...targets];
}

/** @throws HostFailure if a rule file that decides cannot be read */
export async function discover(
  given: HostReader,
  sections: readonly Section[],
  options: LookOptions,
): Promise<Facts> {
  const isBlind = options.live && !(await mayAskKernel(given));
  const host = passingDeadEnds(isBlind ? overlooking(given) : given);
  const programs = await findPrograms(host);
  // auditctl works while the files are read and loaded on paper.
  const asked = await askKernel(host, programs.auditctl, options.live);
  // They are awaited below; another look may fail first.
  asked.answer.catch(() => undefined);
  asked.version.catch(() => undefined);
  const [machine, mounts, units] = await Promise.all([
    readMachine(host),
    readMounts(host),
    readUnits(host, programs, unitNames(sections)),
  ]);
  const [kept, docker, version] = await Promise.all([
    readStorage(host, mounts, options.live),
    readDocker(host, units, mounts, options.live),
    asked.version,
  ]);
  const loaders = units.filter(({ name }) => LOADERS.some((one) => one === name));
  const [installer, loading, ...found] = await Promise.all([
    programs.auditctl ? undefined : findInstaller(host, machine),
    readMechanism(host, machine, programs, loaders, version),
    ...sections.map(
      async (section) =>
        [section.control.slug, await findPlace(host, section, { units, docker }, options)] as const,
    ),
  ]);
  const places = new Map(found);
  const booters = units.filter(
    ({ name }) => name === JOURNAL_SOCKET || loaders.some((one) => one.name === name),
  );
  const boot = await readBoot(host, machine, booters, loading);
  const mechanism = withIdle(loading, boot.rulesIdle);
  const [{ files, entries, exposures, shelf, notes }, generated] = await Promise.all([
    readRulesFiles(host, mechanism, mounts),
    mechanism.kind === 'augenrules' ? readText(host, mechanism.merged) : undefined,
  ]);
  const read = readsOf(mechanism, files);
  const { quick = false, everyRule = false } = options;
  const named = { mounts, machine: machine.architecture, version, quick };
  const targets = [
    ...sections.map(({ control }) => control.literalPath),
    ...found.flatMap(pathsNamed),
  ];
  const skimmer =
    quick && !everyRule ? skimming(host, soughtPlaces(targets, found), named) : undefined;
  const reading = skimmer ?? reader;
  const own = await reading.lines(read.lines);
  const stale = await staleStatements(reading, mechanism, generated, read.merged);
  const statements = [...own.statements, ...(stale ?? [])];
  const before = await readWorld(host, { ...named, targets, statements });
  const persistent = persistentOf(mechanism, files, generated, before, { read, own, stale });
  const { kernel, listing } = await asked.answer;
  const running = await runningOf(kernel, listing, reading.listing);
  if (skimmer?.isEnough() === false)
    return discover(given, sections, { ...options, everyRule: true });
  const consumer = await readConsumer(host, kernel);
  const restart = await readRestart(host, machine, programs, loaders, kernel, consumer);
  const listed = running.kind === 'known' ? running.statements : [];
  const world = await readWorld(host, { ...named, targets, statements: listed, known: before });
  const onlookers = quick || !options.live ? [] : await findOnlookers(host);
  const generates = mechanism.kind === 'augenrules' && generated !== undefined;
  const written = [...files.map(({ path }) => path), ...(generates ? [mechanism.merged] : [])];
  const unkept = quick || !options.live ? [] : await unkeptNotes(host, written);
  const shelves = mechanism.kind === 'augenrules' ? [mechanism.rulesDirectory] : [];
  const kin = [...shelves, ...[...entries.keys()].flatMap((path) => [parentOf(path), path])];
  const hindrances = quick || !options.live ? [] : await hindrancesOf(host, kin, mounts);
  return {
    machine,
    programs,
    version,
    installer,
    mechanism,
    boot,
    restart,
    kernel,
    consumer,
    storage: kept.storage,
    docker,
    onlookers,
    places,
    world,
    shelf,
    entries,
    exposures,
    hindrances,
    persistent,
    ...lastLoad(consumer, entries.values()),
    running:
      running.kind === 'known' ? { ...running, statements: inOwnNames(listed, world) } : running,
    listing,
    notes: [...kept.notes, ...notes, ...unkept],
  };
}

function withIdle(mechanism: Mechanism, idleAtBoot: string | undefined): Mechanism {
  if (mechanism.kind === 'none' || idleAtBoot === undefined) return mechanism;
  return { ...mechanism, idleAtBoot };
}

/** Each once: who loads rules, who starts Docker, and what the sections name. */
function unitNames(sections: readonly Section[]): readonly string[] {
  const places = sections.flatMap(({ control, also }) => [control.place, ...also]);
  const named = places.flatMap((place) => (place.kind === 'unit' ? [place.unit] : []));
  return [...new Set([...LOADERS, JOURNAL_SOCKET, ...DOCKER_UNITS, ...named])];
}
