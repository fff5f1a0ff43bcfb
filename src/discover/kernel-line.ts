/**
 * What the kernel's command line says: of this boot, and of the next one by the boot loader's files.
 * Sources: grub.cfg of grub 2.06; the Boot Loader Specification; kernel-install(8) of systemd 257.
 */

import type { HostReader } from '../host/host.ts';
import { absolutePath, join, type AbsolutePath } from '../paths.ts';
import { readText } from './small-files.ts';

export interface KernelLine {
  readonly words: readonly string[];
  /** Such as `/boot/grub/grub.cfg:118`. */
  readonly where: string;
}

export interface KernelLines {
  /** Of the kernel that runs; undefined in an image. */
  readonly now?: KernelLine;
  /** Of the first or newest entry of the boot loader; undefined where none can be read. */
  readonly next?: KernelLine;
  /** What the boot loader's files are made from, when they are made anew. */
  readonly sources: readonly KernelLine[];
}

const NOW = absolutePath('/proc/cmdline');
const GRUB = ['/boot/grub/grub.cfg', '/boot/grub2/grub.cfg'].map(absolutePath);
const GRUB_VALUES = absolutePath('/boot/grub2/grubenv');
const ENTRIES = ['/boot/loader/entries', '/efi/loader/entries', '/boot/efi/loader/entries'];
const KERNEL_INSTALL = absolutePath('/etc/kernel/cmdline');
const GRUB_SETTINGS = absolutePath('/etc/default/grub');
const GRUB_MORE_SETTINGS = absolutePath('/etc/default/grub.d');

/** What cannot be read is not told. @throws HostFailure if a directory cannot be listed */
export async function readKernelLines(host: HostReader): Promise<KernelLines> {
  const [now, next, sources] = await Promise.all([
    readText(host, NOW),
    nextLine(host),
    sourceLines(host),
  ]);
  return {
    ...(now === undefined ? {} : { now: { words: wordsOf(now), where: NOW } }),
    ...(next === undefined ? {} : { next }),
    sources,
  };
}

/** The word that switches auditing off. Source: audit_enable, kernel/audit.c, Linux 6.18. */
export function offWord({ words }: KernelLine): string | undefined {
  return words.find((word) => word === 'audit=0' || word === 'audit=off');
}

async function nextLine(host: HostReader): Promise<KernelLine | undefined> {
  const entries = await Promise.all(ENTRIES.map((path) => newestEntry(host, absolutePath(path))));
  const entry = entries.find((one) => one !== undefined);
  if (entry) return entry;
  const menus = await Promise.all(
    GRUB.map(
      async (file) => linesOf(file, await readText(host, file), /^\s*linux\w*\s+\S+(.*)/)[0],
    ),
  );
  return menus.find((one) => one !== undefined);
}

/** Fedora's entries name a variable whose value is beside them. */
async function newestEntry(
  host: HostReader,
  directory: AbsolutePath,
): Promise<KernelLine | undefined> {
  const names = ((await host.list(directory)) ?? []).filter((name) => name.endsWith('.conf'));
  // A collator takes milliseconds to make.
  const byVersion = names.length > 1 ? new Intl.Collator('en', { numeric: true }) : undefined;
  const newest = names.toSorted((one, other) => byVersion?.compare(one, other) ?? 0).at(-1);
  if (newest === undefined) return undefined;
  const file = join(directory, newest);
  const [line] = linesOf(file, await readText(host, file), /^options\s(.*)/);
  if (!line?.words.includes('$kernelopts')) return line;
  const [kept] = linesOf(GRUB_VALUES, await readText(host, GRUB_VALUES), /^kernelopts=(.*)/);
  return kept ?? line;
}

async function sourceLines(host: HostReader): Promise<readonly KernelLine[]> {
  const more = ((await host.list(GRUB_MORE_SETTINGS)) ?? []).filter((name) =>
    name.endsWith('.cfg'),
  );
  const files = [GRUB_SETTINGS, ...more.map((name) => join(GRUB_MORE_SETTINGS, name))];
  const settings = await Promise.all(
    files.map(async (file) =>
      linesOf(file, await readText(host, file), /^\s*GRUB_CMDLINE_LINUX(?:_DEFAULT)?=(.*)/),
    ),
  );
  return [
    ...settings.flat(),
    ...linesOf(KERNEL_INSTALL, await readText(host, KERNEL_INSTALL), /^(?!\s*#)(.*\S.*)/),
  ];
}

/** Each line that `wanted` finds, with the words of its first group. */
function linesOf(
  file: AbsolutePath,
  text: string | undefined,
  wanted: RegExp,
): readonly KernelLine[] {
  return (text ?? '').split('\n').flatMap((line, index) => {
    const found = wanted.exec(line)?.[1];
    return found === undefined ? [] : [{ words: wordsOf(found), where: `${file}:${index + 1}` }];
  });
}

function wordsOf(text: string): readonly string[] {
  return text
    .replace(/["']/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
}
