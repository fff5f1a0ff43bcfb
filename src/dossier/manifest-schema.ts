/** The shape of a manifest that is read: whoever altered a dossier may have written anything. */

import * as v from 'valibot';
import { manifestBytes, type Manifest } from './manifest.ts';

const hash = v.pipe(v.string(), v.regex(/^[\da-f]{64}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Nothing that climbs, hides or needs a quote. */
const inside = v.pipe(v.string(), v.regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[\w.-]+(?:\/[\w.-]+)*$/));

const listed = v.strictObject({
  path: inside,
  bytes: count,
  sha256: hash,
  origin: v.exactOptional(
    v.strictObject({ path: v.string(), mode: count, uid: count, gid: count }),
  ),
});

const manifest: v.GenericSchema<unknown, Manifest> = v.strictObject({
  schemaVersion: v.literal(1),
  kind: v.literal('dockaudit-evidence'),
  tool: v.string(),
  argv: v.array(v.string()),
  startedAt: v.string(),
  writtenAt: v.string(),
  host: v.strictObject({
    name: v.string(),
    id: v.nullable(v.pipe(v.string(), v.regex(/^[\da-f]{32}$/))),
  }),
  change: v.nullable(v.string()),
  journal: v.nullable(v.strictObject({ lines: count, sha256: hash })),
  redacted: v.boolean(),
  signed: v.boolean(),
  previous: v.nullable(hash),
  files: v.pipe(
    v.array(listed),
    v.check((files) =>
      files.every(({ path }, at) => at === 0 || (files[at - 1]?.path ?? '') < path),
    ),
  ),
});

/** Undefined for what dockaudit did not write so. @param text of the file */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const read = v.safeParse(manifest, JSON.parse(text));
    // JSON has many spellings of one value, and names may stand twice: ours has one.
    return read.success && Buffer.from(manifestBytes(read.output)).toString() === text
      ? read.output
      : undefined;
  } catch {
    return undefined;
  }
}
