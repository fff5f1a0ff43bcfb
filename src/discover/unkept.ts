/**
 * Rule files whose ACL or extended attributes would be lost where a change replaces them: the cp of
 * BusyBox and toybox copies neither. Sources: host/attributes.ts; getfattr(1), getfacl(1); BusyBox 1.35.
 */

import type { Argv, HostReader } from '../host/host.ts';
import { absolutePath, nameOf, type AbsolutePath } from '../paths.ts';
import { decode, printable } from '../text.ts';
import { findProgram } from './programs.ts';

/** In the order in which a change looks for it. */
const COPIERS = ['/usr/bin/cp', '/bin/cp'].map(absolutePath);
const SMALL = /(?:^|\/)(?:busybox|toybox)$/;
const TIMEOUT_MS = 5000;
/** The label is set anew by restorecon. */
const LABEL = 'security.selinux';

/** A note for each of `paths` that has such attributes; none where nothing tells. @throws HostFailure */
export async function unkeptNotes(
  host: HostReader,
  paths: readonly AbsolutePath[],
): Promise<readonly string[]> {
  if (await keeps(host)) return [];
  const question = await questionOf(host);
  if (!question) return [];
  const notes: string[] = [];
  for (const path of paths) {
    const argv: Argv = [...question, path];
    const { status, stdout } = await host.ask({ kind: 'query', argv, timeoutMs: TIMEOUT_MS });
    const said = decode(stdout).split('\n');
    const isMore = said.some((line) => line !== '' && !line.startsWith('#') && line !== LABEL);
    if (status === 0 && isMore) notes.push(noteOf(path, question));
  }
  return notes;
}

async function keeps(host: HostReader): Promise<boolean> {
  for (const path of COPIERS) {
    const copier = await host.look(path);
    if (copier) return !SMALL.test(copier.target ?? '');
  }
  return false;
}

/** By getfattr, which tells of an ACL, too. Without either program nobody has given a file such. */
async function questionOf(host: HostReader): Promise<Argv | undefined> {
  const getfattr = await findProgram(host, 'getfattr');
  if (getfattr) return [getfattr, '--absolute-names', '-m', '-', '--'];
  const getfacl = await findProgram(host, 'getfacl');
  return getfacl && [getfacl, '--absolute-names', '--skip-base', '--omit-header', '--'];
}

function noteOf(path: AbsolutePath, [program]: Argv): string {
  return `'${printable(path)}' has an ACL or extended attributes ('${nameOf(program)}' shows them), and this host's cp does not copy them: where a change replaces the file they are lost, unless coreutils is installed first`;
}
