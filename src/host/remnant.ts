/**
 * A program that a run began and that outlived it: it still holds the file without a name that its
 * output goes to (scratch.ts). From before its first instruction on, its own children too; a daemon
 * that it leaves behind lets go of its standard streams. Source: proc(5), /proc/PID/fd.
 */

import { readdirSync, readlinkSync } from 'node:fs';
import { TEMPORARY_PREFIX } from './changes.ts';
import { quietly } from './failure.ts';
import { readFile } from './files.ts';
import { absolutePath } from '../paths.ts';
import { decode } from '../text.ts';

interface Remnant {
  readonly pid: number;
  /** As the kernel calls it, at most 15 characters; hostile. */
  readonly name: string;
}

/** Of the run that was process `maker`; undefined if all that it began has ended. */
export function remnantOf(maker: number): Remnant | undefined {
  const isOurs = (link: string) => link.includes(`/${TEMPORARY_PREFIX}${maker}-`);
  const pid = processes().find((process) => opened(process).some(isOurs));
  return pid === undefined ? undefined : { pid: Number(pid), name: nameOf(pid) };
}

function processes(): readonly string[] {
  return namesIn('/proc').filter((name) => /^\d+$/.test(name));
}

/** What its descriptors lead to; none where it just ended, or is somebody else's. */
function opened(pid: string): readonly string[] {
  return namesIn(`/proc/${pid}/fd`).map((fd) => {
    let link = '';
    quietly(() => {
      link = readlinkSync(`/proc/${pid}/fd/${fd}`);
    });
    return link;
  });
}

function namesIn(directory: string): readonly string[] {
  let names: readonly string[] = [];
  quietly(() => {
    names = readdirSync(directory);
  });
  return names;
}

function nameOf(pid: string): string {
  let name = '';
  quietly(() => {
    const file = readFile(absolutePath(`/proc/${pid}/comm`));
    if (file) name = decode(file.bytes).trim();
  });
  return name;
}
