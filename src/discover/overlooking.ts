/** A host seen by somebody who may not look everywhere. */

import { HostFailure } from '../errors.ts';
import type { HostReader } from '../host/host.ts';

/**
 * What may not be looked at is told as absent: the kernel will not answer either, and that is the
 * verdict then, not the first file that cannot be read.
 */
export function overlooking(host: HostReader): HostReader {
  return {
    ...host,
    read: (path) => orAbsent(host.read(path)),
    list: (directory) => orAbsent(host.list(directory)),
    look: (path) => orAbsent(host.look(path)),
    space: (path) => orAbsent(host.space(path)),
    resolve: (path) => orAbsent(host.resolve(path)),
  };
}

async function orAbsent<T>(seen: Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await seen;
  } catch (cause) {
    if (cause instanceof HostFailure && ['EACCES', 'EPERM'].includes(cause.code)) return undefined;
    throw cause;
  }
}
