/** What keeps a command from beginning. */

import { UnsupportedFailure } from '../errors.ts';
import type { Facts } from '../discover/facts.ts';

/** @throws UnsupportedFailure before the first write */
export function refuseReadOnly({ shelf }: Facts): void {
  if (shelf.readOnly === undefined) return;
  throw new UnsupportedFailure(
    `cannot change /etc/audit: ${shelf.readOnly}`,
    'this host is managed by its image: change the image, or mount it writable',
  );
}

/** Going back has to be proven by the kernel. @throws UnsupportedFailure before the first write */
export function refuseUnreachable({ kernel }: Facts): void {
  if (kernel.kind !== 'unreachable' || kernel.cause === 'noAuditctl') return;
  throw new UnsupportedFailure(
    `cannot change the rules from here: ${kernel.reason}`,
    'run dockaudit as root, on the host itself',
  );
}
