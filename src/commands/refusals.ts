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
