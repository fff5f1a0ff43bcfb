/** A host seen by somebody who may not look everywhere, or is led nowhere. */

import { HostFailure } from '../errors.ts';
import type { HostReader } from '../host/host.ts';

/**
 * What may not be looked at is told as absent: the kernel will not answer either, and that is the
 * verdict then, not the first file that cannot be read.
 */
export function overlooking(host: HostReader): HostReader {
  const orAbsent = absentOn(['EACCES', 'EPERM']);
  return {
    ...host,
    read: (path) => orAbsent(host.read(path)),
    list: (directory) => orAbsent(host.list(directory)),
    look: (path) => orAbsent(host.look(path)),
    space: (path) => orAbsent(host.space(path)),
    resolve: (path) => orAbsent(host.resolve(path)),
  };
}

/** Behind links that go round in a circle, and under a name too long for any file, nothing stands. */
export function passingDeadEnds(host: HostReader): HostReader {
  const orAbsent = absentOn(['ELOOP', 'ENAMETOOLONG']);
  return {
    ...host,
    look: (path) => orAbsent(host.look(path)),
    resolve: (path) => orAbsent(host.resolve(path)),
  };
}

function absentOn(codes: readonly string[]) {
  return async <T>(seen: Promise<T | undefined>): Promise<T | undefined> => {
    try {
      return await seen;
    } catch (cause) {
      if (cause instanceof HostFailure && codes.includes(cause.code)) return undefined;
      throw cause;
    }
  };
}
