/** Standard input as a whole, where `-` stands for a file. Of the door, main.ts. */

import { HostFailure } from './errors.ts';

/** As much as any file that is read. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/** @throws HostFailure if it is larger than a rules file can be */
export async function readInput(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of process.stdin) {
    const bytes = Buffer.from(part);
    size += bytes.length;
    if (size > LIMIT_BYTES)
      throw new HostFailure(
        "cannot read '/dev/stdin': it is larger than 16 MiB",
        'give it a rules file',
        'ETOOBIG',
      );
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}
