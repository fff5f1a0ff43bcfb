/** The places of controls as the log may name them: by path, by inode, by the inode of the directory. */

import type { Section } from '../controls/control.ts';
import type { HostReader } from '../host/host.ts';
import { absolutePath, parentOf, type AbsolutePath } from '../paths.ts';
import type { Facts } from './facts.ts';
import { canonical } from './targets.ts';

/** A file as a record names it: `inode=`, and `dev=` as major and minor in hexadecimal. */
interface Identity {
  readonly inode: string;
  readonly device: string;
}

/** One path that a control watches. */
export interface Watched {
  /** Of the section: `1.2.3`. */
  readonly number: string;
  readonly slug: string;
  readonly path: AbsolutePath;
  readonly recursive: boolean;
  /** As it stands now; undefined where nothing does. */
  readonly itself: Identity | undefined;
  readonly directory: Identity | undefined;
}

/** All paths of `sections`, where they were found, and where the book looks for them. @throws HostFailure */
export async function readWatched(
  host: HostReader,
  sections: readonly Section[],
  places: Facts['places'],
): Promise<readonly Watched[]> {
  const wanted = sections.flatMap(({ number, control }) => {
    const { slug, literalPath, recursive } = control;
    const place = places.get(slug);
    const targets = place?.kind === 'found' ? place.targets : [];
    const all = [...targets, { path: literalPath, recursive }];
    return all.map((one) => ({ number, slug, path: one.path, recursive: one.recursive }));
  });
  return Promise.all(
    wanted.map(async (one) => {
      const path = await canonical(host, one.path);
      const itself = await identify(host, path);
      return { ...one, path, itself, directory: await identify(host, parentOf(path)) };
    }),
  );
}

async function identify(host: HostReader, path: AbsolutePath): Promise<Identity | undefined> {
  const entry = await host.look(path);
  return entry && { inode: entry.inode, device: deviceWord(BigInt(entry.device)) };
}

/** Source: gnu_dev_major and gnu_dev_minor, glibc; audit_log_name, Linux. */
function deviceWord(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn);
  return [major, minor].map((part) => part.toString(16).padStart(2, '0')).join(':');
}

/** Links to directories that hosts have had for long, and that programs still spell. */
const USUAL = ['/bin', '/sbin', '/lib', '/lib64', '/var/run'].map(absolutePath);

/** Where links lead: the usual ones, and those on the way to what `sections` name. @throws HostFailure */
export async function readLinks(
  host: HostReader,
  sections: readonly Section[],
): Promise<ReadonlyMap<AbsolutePath, AbsolutePath>> {
  const named = sections.map(({ control }) => parentOf(control.literalPath));
  const links = new Map<AbsolutePath, AbsolutePath>();
  for (const link of new Set([...USUAL, ...named])) {
    const target = await host.resolve(link);
    if (target !== undefined && target !== link) links.set(link, target);
  }
  return links;
}
