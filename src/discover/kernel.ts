/** The kernel's side: its status and its table, or why neither can be had. */

import {
  listQuery,
  parseStatus,
  parseVersion,
  statusQuery,
  versionQuery,
} from '../audit/auditctl.ts';
import type { Listing } from '../audit/listing.ts';
import type { Exit, HostReader } from '../host/host.ts';
import { absolutePath, type AbsolutePath } from '../paths.ts';
import { decode } from '../text.ts';
import type { Facts, Kernel, Running } from './facts.ts';
import { readText } from './small-files.ts';

/** What auditctl was asked; the version, which reading the files needs, comes long before the table. */
export interface Asked {
  readonly version: Promise<Facts['version']>;
  readonly answer: Promise<Answer>;
}

type Answer = Pick<Facts, 'kernel' | 'listing'>;

/** Asks auditctl three times, side by side; both promises may throw HostFailure. */
export async function askKernel(
  host: HostReader,
  auditctl: AbsolutePath | undefined,
  live: boolean,
): Promise<Asked> {
  if (!live) return withoutAsking({ kind: 'notAsked' });
  // In a user namespace auditctl -s waits eight seconds for an answer that never comes.
  const elsewhere = (await mayControlAudit(host)) ? await namespaceReason(host) : undefined;
  if (elsewhere !== undefined)
    return withoutAsking({ kind: 'unreachable', cause: 'container', reason: elsewhere });
  if (!auditctl) return withoutAsking(await withoutAuditctl(host));
  return { answer: readAnswer(host, auditctl), version: readVersion(host, auditctl) };
}

function withoutAsking(kernel: Kernel): Asked {
  const answer = { kernel, listing: undefined };
  return { answer: Promise.resolve(answer), version: Promise.resolve(undefined) };
}

async function readVersion(host: HostReader, auditctl: AbsolutePath): Promise<Facts['version']> {
  const { stdout } = await host.ask(versionQuery(auditctl));
  return parseVersion(decode(stdout));
}

async function readAnswer(host: HostReader, auditctl: AbsolutePath): Promise<Answer> {
  const [list, status] = await Promise.all([
    host.ask(listQuery(auditctl)),
    host.ask(statusQuery(auditctl)),
  ]);
  const listing = { stdout: decode(list.stdout), exit: list.status };
  const kernel = await kernelOf(host, status, list);
  return { kernel, listing };
}

async function kernelOf(host: HostReader, status: Exit, list: Exit): Promise<Kernel> {
  const parsed = status.status === 0 ? parseStatus(decode(status.stdout)) : undefined;
  const answered = list.status === 0 && decode(list.stdout).trim() !== '';
  if (parsed === undefined || !answered) return unreachable(host, status, list);
  const { pid, lost, backlog, ...rest } = parsed;
  const enabled = (['off', 'on', 'immutable'] as const)[parsed.enabled];
  return { kind: 'reachable', enabled, status: rest, pid, lost, backlog };
}

/** @param parse reads the output of `auditctl -l` */
export async function runningOf(
  kernel: Kernel,
  listing: Answer['listing'],
  parse: (text: string) => Listing | Promise<Listing>,
): Promise<Running> {
  if (kernel.kind !== 'reachable' || listing === undefined)
    return { kind: 'unknown', reason: reasonOf(kernel) };
  return parse(listing.stdout);
}

function reasonOf(kernel: Kernel): string {
  return kernel.kind === 'unreachable' ? kernel.reason : 'the kernel was not asked';
}

/** The first namespaces of a kernel have fixed inode numbers. Source: include/linux/proc_ns.h. */
const FIRST_NAMESPACE = { pid: 'pid:[4026531836]', user: 'user:[4026531837]' } as const;
const CAP_AUDIT_CONTROL = 30n;

type Unreachable = Extract<Kernel, { readonly kind: 'unreachable' }>;

async function unreachable(host: HostReader, status: Exit, list: Exit): Promise<Unreachable> {
  const because = (cause: Unreachable['cause'], reason: string): Unreachable => ({
    kind: 'unreachable',
    cause,
    reason,
  });
  const said = `${decode(status.stderr)}${decode(list.stderr)}`;
  if (status.trouble === 'timeout' || list.trouble === 'timeout')
    return because('unclear', 'auditctl did not answer in time');
  if (!(await mayControlAudit(host)))
    return because('privilege', 'reading audit rules needs root (CAP_AUDIT_CONTROL)');
  const container = await containerReason(host);
  if (container) return because('container', container);
  const off = await switchedOff(host);
  if (off) return off;
  if (/audit support not in kernel|netlink audit socket/.test(said))
    return because('noAudit', 'this kernel has no audit support, or a container hides it');
  if (/Operation not permitted|must be root/.test(said))
    return because('container', 'the kernel refuses audit control here, as it does in a container');
  return because(
    'unclear',
    `auditctl gave no usable answer (exit ${status.status}, ${list.status})`,
  );
}

/**
 * Where no installation would help, that is what is said. A mark such as /.dockerenv may be left
 * over on a host that was made from an image; its namespaces were looked at before.
 */
async function withoutAuditctl(host: HostReader): Promise<Unreachable> {
  const reason = 'auditctl is not installed';
  return (await switchedOff(host)) ?? { kind: 'unreachable', cause: 'noAuditctl', reason };
}

async function switchedOff(host: HostReader): Promise<Unreachable | undefined> {
  const commandLine = (await readText(host, absolutePath('/proc/cmdline'))) ?? '';
  const off = /(?:^|\s)(audit=(?:0|off))(?:\s|$)/.exec(commandLine)?.[1];
  const reason = `the kernel was booted with ${off}, so it audits nothing`;
  return off === undefined ? undefined : { kind: 'unreachable', cause: 'noAudit', reason };
}

/** Whether this process could ask the kernel. */
export async function mayControlAudit(host: HostReader): Promise<boolean> {
  const { uid, capabilities } = await ownRights(host);
  return uid === 0 || (((capabilities ?? 0n) >> CAP_AUDIT_CONTROL) & 1n) === 1n;
}

/** Whose rights this process has; undefined where no /proc tells. */
export async function effectiveUid(host: HostReader): Promise<number | undefined> {
  return (await ownRights(host)).uid;
}

/** What this process may do, as far as /proc tells. */
export interface Rights {
  readonly uid: number | undefined;
  /** Groups that it may give to a file of its own. */
  readonly gids: readonly number[];
  /** One bit for each capability. */
  readonly capabilities: bigint | undefined;
}

/** Source: proc(5), the second of Uid and of Gid, Groups, and CapEff. @throws HostFailure */
export async function ownRights(host: HostReader): Promise<Rights> {
  const text = (await readText(host, absolutePath('/proc/self/status'))) ?? '';
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(text)?.[1];
  const gid = /^Gid:\s+\d+\s+(\d+)/m.exec(text)?.[1] ?? '';
  const groups = /^Groups:([ \t\d]*)/m.exec(text)?.[1] ?? '';
  const capabilities = /^CapEff:\s+([0-9a-f]+)/m.exec(text)?.[1];
  return {
    uid: uid === undefined ? undefined : Number(uid),
    gids: `${gid} ${groups}`.split(/\s+/).filter(Boolean).map(Number),
    capabilities: capabilities === undefined ? undefined : BigInt(`0x${capabilities}`),
  };
}

/** Whether asking is of any use: not without the privilege, not from a container. */
export async function mayAskKernel(host: HostReader): Promise<boolean> {
  return (await mayControlAudit(host)) && (await namespaceReason(host)) === undefined;
}

async function namespaceReason(host: HostReader): Promise<string | undefined> {
  for (const [name, first] of Object.entries(FIRST_NAMESPACE)) {
    const entry = await host.look(absolutePath(`/proc/self/ns/${name}`));
    if (entry?.target !== undefined && entry.target !== first)
      return `this is a container (a ${name} namespace of its own); audit rules are the host's: run dockaudit there`;
  }
  return undefined;
}

async function containerReason(host: HostReader): Promise<string | undefined> {
  for (const mark of ['/.dockerenv', '/run/.containerenv', '/run/systemd/container'])
    if (await host.look(absolutePath(mark)))
      return `this is a container (${mark} is here); audit rules are the host's: run dockaudit there`;
  return undefined;
}
