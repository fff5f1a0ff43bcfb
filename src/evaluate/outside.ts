/**
 * What outside judges look for in `auditctl -l`, as data: the benchmark's own command, and four
 * programs. Read in docker-bench-security 1.6.0, aquasecurity/docker-bench (cfg/cis-1.2, cis-1.6.0),
 * DataDog/security-agent-policies (cis-docker 1.2.0), dev-sec/cis-docker-benchmark 2.1.4.
 */

import type { Control } from '../controls/control.ts';
import type { Facts, FoundPlace } from '../discover/facts.ts';
import { grep } from './procedure.ts';

/** One thing that judges look for. */
export interface Want {
  /** Whose it is, in a few words each. */
  readonly judges: readonly [string, ...string[]];
  /** A text in some line, a `-w` line of exactly this path, a whole line; or systemd's answer. */
  readonly kind: 'text' | 'watch' | 'line' | 'unit';
  /** The pattern of `grep`, the path, the line; or the unit that systemd is asked for in vain. */
  readonly wanted: string;
}

const BOOK = "the book's command";
const BENCH = 'docker-bench-security';
const AQUA = 'aquasecurity/docker-bench';
const AGENT = "Datadog's agent";
const PROFILE = "dev-sec's profile";

/** By the control's slug: paths that a program has in its own text; for units they ask the host. */
interface OwnPaths {
  readonly bench?: string;
  readonly agent?: string;
  readonly profile?: string;
  /** docker-bench-security looks for it whether or not it is there. */
  readonly isBlind?: true;
}

const OWN_PATHS: Readonly<Record<string, OwnPaths>> = {
  'docker-daemon': { bench: '/usr/bin/dockerd', agent: '/usr/bin/dockerd', isBlind: true },
  'run-containerd': { bench: '/run/containerd', isBlind: true },
  'docker-data-root': {
    bench: '/var/lib/docker',
    agent: '/var/lib/docker',
    profile: '/var/lib/docker/',
  },
  'docker-etc': { bench: '/etc/docker', agent: '/etc/docker', profile: '/etc/docker/' },
  'docker-service': { agent: '/usr/lib/systemd/system/docker.service' },
  'docker-socket': { agent: '/usr/lib/systemd/system/docker.socket' },
  'docker-defaults': same('/etc/default/docker'),
  'docker-daemon-config': same('/etc/docker/daemon.json'),
  'containerd-config': { bench: '/etc/containerd/config.toml' },
  'docker-sysconfig': { bench: '/etc/sysconfig/docker', agent: '/etc/sysconfig/docker' },
  containerd: { bench: '/usr/bin/containerd', agent: '/usr/bin/containerd' },
  'containerd-shim': { bench: '/usr/bin/containerd-shim' },
  'containerd-shim-runc-v1': { bench: '/usr/bin/containerd-shim-runc-v1' },
  'containerd-shim-runc-v2': { bench: '/usr/bin/containerd-shim-runc-v2' },
  runc: { bench: '/usr/bin/runc', agent: '/usr/sbin/runc' },
};

function same(path: string): OwnPaths {
  return { bench: path, agent: path, profile: path };
}

/** What the benchmark's own command looks for. */
export function wantOfBook({ procedure }: Control): Want {
  return { judges: [BOOK], kind: 'text', wanted: procedure.grep };
}

/** What all five look for on this host; a program passes over a path that is not there. */
export function wantsOf(control: Control, facts: Facts): readonly Want[] {
  const { bench, agent, profile, isBlind = false } = OWN_PATHS[control.slug] ?? {};
  const isThere = (path: string): boolean =>
    (facts.world.paths.get(path)?.kind ?? 'absent') !== 'absent';
  return joined([
    ...(agent !== undefined && isThere(agent) ? [want(AGENT, 'watch', agent)] : []),
    wantOfBook(control),
    ...(bench !== undefined && (isBlind || isThere(bench)) ? [want(BENCH, 'text', bench)] : []),
    ...(profile === undefined ? [] : [want(PROFILE, 'line', bookLine(profile))]),
    ...(control.place.kind === 'unit'
      ? wantsOfUnit(control.place.unit, facts.places.get(control.slug), facts)
      : // The socket's path it reads from config.toml, wherever rules are.
        control.place.kind === 'containerdSocket'
        ? []
        : [want(AQUA, 'text', control.procedure.grep)]),
  ]);
}

/** Three of them look for the unit's file first, each in its way. */
function wantsOfUnit(
  unit: string,
  place: FoundPlace | undefined,
  { machine }: Facts,
): readonly Want[] {
  const file = place?.kind === 'found' ? place.unitFile : undefined;
  // It looks below /lib before it asks systemd, and finds the same text in /usr/lib.
  const bench =
    file === undefined ? [] : [want(BENCH, 'text', file.replace(/^\/usr(?=\/lib\/)/, ''))];
  // Of a systemctl that fails it makes an unmet control, and dev-sec's profile none.
  if (machine.init !== 'systemd') return [...bench, want(AQUA, 'unit', unit)];
  return file === undefined
    ? [want(AQUA, 'unit', unit), want(PROFILE, 'unit', unit)]
    : [...bench, want(AQUA, 'text', file), want(PROFILE, 'line', bookLine(file))];
}

/** As `auditctl -l` prints the book's line. */
function bookLine(path: string): string {
  return `-w ${path} -p rwxa -k docker`;
}

function want(judge: string, kind: Want['kind'], wanted: string): Want {
  return { judges: [judge], kind, wanted };
}

/** Those who look for the same, together. */
function joined(wants: readonly Want[]): readonly Want[] {
  const groups = Map.groupBy(wants, ({ kind, wanted }) => `${kind} ${wanted}`);
  return [...groups.values()].flatMap(([first, ...rest]) =>
    first === undefined
      ? []
      : [{ ...first, judges: [...first.judges, ...rest.flatMap(({ judges }) => judges)] }],
  );
}

/** Whether the lines of `auditctl -l` hold what is looked for. */
export function isServed({ kind, wanted }: Want, lines: readonly string[]): boolean {
  switch (kind) {
    case 'text':
      return grep(wanted, lines.join('\n')).length > 0;
    case 'watch':
      return lines.some((line) => /^-w (.+) -p [rwxa]+(?: -k .*)?$/.exec(line)?.[1] === wanted);
    case 'line':
      return lines.includes(wanted);
    case 'unit':
      return false;
    default:
      return kind satisfies never;
  }
}
