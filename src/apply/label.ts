/** SELinux: a new file beside another gets its directory's label, the policy may want its own. */

import type { Host } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { execute } from './kernel.ts';

/** Gives `path` the label of the policy; `restorecon` is known only where SELinux is on. @throws HostFailure */
export async function relabel(
  host: Host,
  restorecon: AbsolutePath | undefined,
  path: AbsolutePath,
): Promise<void> {
  if (restorecon) await execute(host, [restorecon, path]);
}
