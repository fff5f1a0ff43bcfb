/**
 * The settings of containerd and the socket by which dockerd reaches it.
 * Source: containerd-config.toml(5), containerd(1); moby, daemon/command: without --containerd
 * dockerd takes the system's socket, or starts a containerd of its own below /run/docker.
 */

import type { HostReader } from '../host/host.ts';
import { absolutePath, isWithin, type AbsolutePath } from '../paths.ts';
import { containerdSetting } from './daemon-settings.ts';
import type { Docker } from './docker.ts';
import { readText } from './small-files.ts';
import { chosen, optionPath, soughtAt, type Choice, type Sought } from './sought.ts';
import type { Start } from './starts.ts';

const CONFIG = absolutePath('/etc/containerd/config.toml');
const SOCKET = absolutePath('/run/containerd/containerd.sock');
const OWN_SOCKETS = [
  '/run/docker/containerd/containerd.sock',
  '/run/snap.docker/containerd/containerd.sock',
].map(absolutePath);
const RUN = ['/run', '/var/run'].map(absolutePath);

/** config.toml, or what `--config` names. @throws HostFailure */
export async function findContainerdConfig(host: HostReader, docker: Docker): Promise<Sought> {
  return soughtAt(host, configsOf(docker.containerdStarts), "containerd's settings", false);
}

/** What dockerd names, else what containerd does, else where one lies. @throws HostFailure */
export async function findContainerdSocket(host: HostReader, docker: Docker): Promise<Sought> {
  const told = await Promise.all(docker.starts.map((start) => socketOfDockerd(host, start)));
  const named = told.filter((choice) => choice !== undefined);
  const addresses = named.some(isSure) ? [] : await addressesOf(host, docker.containerdStarts);
  const known = [...named.filter(isSure), ...addresses];
  const usual = known.length > 0 ? [] : [await usualSocket(host)];
  const doubts = named.flatMap(({ notes }) => notes);
  const choices = [...known, ...usual].map(({ path, notes }) => ({
    path,
    notes: [...doubts, ...notes],
  }));
  return soughtAt(host, choices, 'the socket of containerd', false);
}

function isSure({ notes }: Choice): boolean {
  return notes.length === 0;
}

async function socketOfDockerd(host: HostReader, start: Start): Promise<Choice | undefined> {
  const option = optionPath(start, ['--containerd'], 'socket of containerd', SOCKET);
  if (option && isSure(option)) return option;
  return (await containerdSetting(host, start, SOCKET)) ?? option;
}

async function usualSocket(host: HostReader): Promise<Choice> {
  const sockets = [SOCKET, ...OWN_SOCKETS];
  const seen = await Promise.all(sockets.map((path) => host.look(path)));
  return { path: sockets.find((_, index) => seen[index] !== undefined) ?? SOCKET, notes: [] };
}

/** dockerd writes the settings of its own containerd anew below /run: nobody else does. */
function configsOf(starts: readonly Start[]): readonly Choice[] {
  const choices = starts
    .map((start) => configOf(start))
    .filter(({ path }) => !RUN.some((run) => isWithin(path, run)));
  return choices.length > 0 ? choices : [{ path: CONFIG, notes: [] }];
}

function configOf(start: Start): Choice {
  const names = ['--config', '-config', '-c'];
  return optionPath(start, names, 'file of settings', CONFIG) ?? { path: CONFIG, notes: [] };
}

async function addressesOf(host: HostReader, starts: readonly Start[]): Promise<readonly Choice[]> {
  const found = await Promise.all(
    starts.map(async (start) => {
      const names = ['--address', '-address', '-a'];
      const option = optionPath(start, names, 'socket of containerd', SOCKET);
      return option ?? addressIn(host, configOf(start).path);
    }),
  );
  return found.filter((choice) => choice !== undefined);
}

async function addressIn(host: HostReader, config: AbsolutePath): Promise<Choice | undefined> {
  const value = grpcAddress((await readText(host, config)) ?? '');
  if (value === undefined) return undefined;
  return chosen({ kind: 'given', value }, config, 'socket of containerd', SOCKET);
}

/** `address` of the table `[grpc]`, of TOML only as much as that takes. */
function grpcAddress(toml: string): string | undefined {
  let table = '';
  for (const line of toml.split('\n')) {
    const [, header] = /^\s*\[\s*([^\][]+?)\s*\]/.exec(line) ?? [];
    if (header !== undefined) table = header;
    else if (/^\s*\[\[/.test(line)) table = '';
    if (table !== 'grpc') continue;
    const [, value, literal] = /^\s*address\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(line) ?? [];
    const address = value ?? literal;
    if (address !== undefined && address !== '') return address;
  }
  return undefined;
}
