/**
 * Five outside judges, restated as oracles: what a host shows goes in, what each would say of a control
 * comes out. They stand apart from src/evaluate/outside.ts on purpose. Read in
 * docker-bench-security 1.6.0 (tests/1_host_configuration.sh, functions/helper_lib.sh),
 * aquasecurity/docker-bench (cfg/cis-1.2 and, for what it lacks, cfg/cis-1.6.0), datadog-agent
 * (pkg/compliance/resolver.go) with cis-docker 1.2.0, and dev-sec/cis-docker-benchmark 2.1.4.
 */

export type Opinion = 'pass' | 'fail' | 'notApplicable';

/** What a host shows to those who ask. */
export interface Shown {
  /** Lines of `auditctl -l`. */
  readonly listing: readonly string[];
  /** What stands at a path, every link followed. */
  readonly kindOf: (path: string) => 'file' | 'directory' | 'socket' | 'absent';
  /** `systemctl show -p FragmentPath`: empty if there is none, undefined if systemctl fails. */
  readonly fragmentOf: (unit: string) => string | undefined;
  readonly textOf: (path: string) => string;
}

export const JUDGES = ['book', 'bench', 'aqua', 'agent', 'profile'] as const;
export type Judge = (typeof JUDGES)[number];

type Matcher = (shown: Shown) => Opinion;

const DATA = '/var/lib/docker';
const CONFIG = '/etc/docker/daemon.json';
const UNITS = '/usr/lib/systemd/system';
const silent: Matcher = () => 'notApplicable';

/** By the slug of each control, in the order of JUDGES. */
const MATCHERS: Readonly<Record<string, Readonly<Record<Judge, Matcher>>>> = {
  'docker-daemon': {
    book: greps('/usr/bin/dockerd'),
    bench: greps('/usr/bin/dockerd'),
    aqua: greps('/usr/bin/dockerd'),
    agent: watches('/usr/bin/dockerd'),
    // It asks for the client's executable.
    profile: silent,
  },
  'run-containerd': {
    book: greps('/run/containerd'),
    bench: greps('/run/containerd'),
    aqua: greps('/run/containerd'),
    agent: silent,
    profile: silent,
  },
  'docker-data-root': {
    book: greps(DATA),
    bench: ifThere('directory', DATA),
    aqua: greps(DATA),
    agent: watches(DATA),
    profile: lists(() => `${DATA}/`),
  },
  'docker-etc': {
    book: greps('/etc/docker'),
    bench: ifThere('directory', '/etc/docker'),
    aqua: greps('/etc/docker'),
    agent: watches('/etc/docker'),
    profile: lists(() => '/etc/docker/'),
  },
  'docker-service': unit('docker.service'),
  'containerd-socket': {
    book: greps('containerd.sock'),
    // It looks for a unit of that name, which no package brings.
    bench: benchUnit('containerd.socket'),
    aqua: (shown) => {
      const line = shown.textOf('/etc/containerd/config.toml').match(/.*containerd\.sock.*/);
      const path = line?.[0].split('"')[1] ?? '';
      return shown.kindOf(path) === 'socket' ? greps(path)(shown) : 'fail';
    },
    agent: silent,
    profile: silent,
  },
  'docker-socket': unit('docker.socket'),
  'docker-defaults': {
    ...everywhere('/etc/default/docker'),
    profile: lists(() => '/etc/default/docker'),
  },
  'docker-daemon-config': { ...everywhere(CONFIG), profile: lists(() => CONFIG) },
  'containerd-config': { ...everywhere('/etc/containerd/config.toml'), agent: silent },
  'docker-sysconfig': everywhere('/etc/sysconfig/docker'),
  containerd: everywhere('/usr/bin/containerd'),
  'containerd-shim': { ...everywhere('/usr/bin/containerd-shim'), agent: silent },
  'containerd-shim-runc-v1': { ...everywhere('/usr/bin/containerd-shim-runc-v1'), agent: silent },
  'containerd-shim-runc-v2': { ...everywhere('/usr/bin/containerd-shim-runc-v2'), agent: silent },
  runc: {
    book: greps('/usr/sbin/runc'),
    bench: ifThere('file', '/usr/bin/runc'),
    aqua: greps('/usr/sbin/runc'),
    agent: watches('/usr/sbin/runc'),
    profile: silent,
  },
};

/** The controls that the judges know. */
export const SUBJECTS: readonly string[] = Object.keys(MATCHERS);

/** What `judge` says of the control on the host that it is shown. */
export function opinionOf(judge: Judge, slug: string, shown: Shown): Opinion {
  const matchers = MATCHERS[slug];
  if (matchers === undefined) throw new Error(`no outside judge knows ${slug}`);
  return matchers[judge](shown);
}

function everywhere(path: string): Readonly<Record<Judge, Matcher>> {
  return {
    book: greps(path),
    bench: ifThere('file', path),
    aqua: greps(path),
    agent: watches(path),
    profile: silent,
  };
}

function unit(name: string): Readonly<Record<Judge, Matcher>> {
  return {
    book: (shown) => (shown.fragmentOf(name) ? greps(name)(shown) : 'notApplicable'),
    bench: benchUnit(name),
    aqua: (shown) => {
      const path = shown.fragmentOf(name) ?? '';
      return shown.kindOf(path) === 'file' ? greps(path)(shown) : 'fail';
    },
    agent: watches(`${UNITS}/${name}`),
    profile: lists((shown) => shown.fragmentOf(name)),
  };
}

/** `auditctl -l | grep PATH`: a dot is any character. */
function greps(path: string): Matcher {
  const pattern = new RegExp(path);
  return ({ listing }) => (listing.some((line) => pattern.test(line)) ? 'pass' : 'fail');
}

function ifThere(kind: 'file' | 'directory', path: string): Matcher {
  return (shown) => (shown.kindOf(path) === kind ? greps(path)(shown) : 'notApplicable');
}

/** First /etc, then /lib; its search below /run always succeeds, so that nothing else is asked. */
function benchUnit(name: string): Matcher {
  return (shown) => {
    const found = ['/etc/systemd/system', '/lib/systemd/system']
      .map((folder) => `${folder}/${name}`)
      .find((path) => shown.kindOf(path) === 'file');
    return found === undefined ? 'notApplicable' : greps(found)(shown);
  };
}

/** Only a watch of exactly this path counts; a path that is not there is an error of its own. */
function watches(path: string): Matcher {
  return ({ listing, kindOf }) => {
    if (kindOf(path) === 'absent') return 'notApplicable';
    const isIt = (line: string): boolean =>
      line.startsWith(`-w ${path} -p `) || line === `-w ${path}`;
    return listing.some(isIt) ? 'pass' : 'fail';
  };
}

/** The whole line, with the book's permissions and key. */
function lists(pathOf: (shown: Shown) => string | undefined): Matcher {
  return (shown) => {
    const path = pathOf(shown);
    if (path === undefined) return 'notApplicable';
    return shown.listing.includes(`-w ${path} -p rwxa -k docker`) ? 'pass' : 'fail';
  };
}
