/** Small text files of a host: one line, or `key = value` lines. */

import type { HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { decode } from '../text.ts';

/** The text of a file, or undefined if there is none or it cannot be read. */
export async function readText(host: HostReader, path: AbsolutePath): Promise<string | undefined> {
  try {
    const image = await host.read(path);
    return image && decode(image.bytes);
  } catch {
    return undefined;
  }
}

/** The first line of a file; empty if there is none. */
export async function readLine(host: HostReader, path: AbsolutePath): Promise<string> {
  return ((await readText(host, path)) ?? '').split('\n', 1)[0]?.trim() ?? '';
}

/** `key=value` lines as in os-release(5), auditd.conf(5) and /etc/default: the last one wins. */
export function settings(text: string | undefined): ReadonlyMap<string, string> {
  const lines = (text ?? '').split('\n').flatMap((line) => {
    const [, key, value] = /^\s*([A-Za-z_][\w.-]*)\s*=\s*(.*?)\s*$/s.exec(line) ?? [];
    return key === undefined || value === undefined
      ? []
      : [[key, value.replace(/^(["'])(.*)\1$/s, '$2')] as const];
  });
  return new Map(lines);
}
