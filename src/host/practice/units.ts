/** Unit files of a practice host, read as systemd 252 of Debian 12 reads them. */

import { absolutePath, join, type AbsolutePath } from '../../paths.ts';
import type { Tree } from './tree.ts';

export interface UnitFile {
  readonly load: 'loaded' | 'masked' | 'not-found';
  readonly fragment: string;
  readonly dropIns: readonly AbsolutePath[];
  /** Values of each setting, drop-ins applied, an empty value having emptied the list. */
  readonly settings: ReadonlyMap<string, readonly string[]>;
}

/** Highest first; `/lib` before `/usr/lib` in Debian 12. */
const UNIT_PATH = ['/etc', '/run', '/usr/local/lib', '/lib', '/usr/lib'].map((directory) =>
  absolutePath(`${directory}/systemd/system`),
);

/** @param name with its suffix */
export function readUnit(tree: Tree, name: string): UnitFile {
  const fragment = UNIT_PATH.map((directory) => join(directory, name)).find(
    (path) => tree.look(path) !== undefined,
  );
  if (fragment === undefined)
    return { load: 'not-found', fragment: '', dropIns: [], settings: new Map() };
  const entry = tree.look(fragment);
  if (entry?.target === '/dev/null' || entry?.size === 0)
    return { load: 'masked', fragment, dropIns: [], settings: new Map() };
  const dropIns = dropInsOf(tree, name);
  const settings = new Map<string, readonly string[]>();
  for (const path of [fragment, ...dropIns])
    for (const [key, value] of assignments(tree.text(path) ?? ''))
      settings.set(key, value === '' ? [] : [...(settings.get(key) ?? []), value]);
  return { load: 'loaded', fragment, dropIns, settings };
}

/** All are read in the order of their names; one of a higher directory hides its namesakes. */
function dropInsOf(tree: Tree, name: string): readonly AbsolutePath[] {
  const found = new Map<string, AbsolutePath>();
  for (const directory of UNIT_PATH.map((path) => join(path, `${name}.d`)))
    for (const file of tree.names(directory))
      if (file.endsWith('.conf') && !found.has(file)) found.set(file, join(directory, file));
  return [...found].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, path]) => path);
}

function assignments(text: string): ReadonlyArray<readonly [string, string]> {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((line) => {
      const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    });
}
