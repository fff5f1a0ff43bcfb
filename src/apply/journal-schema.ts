/** The shape of a journal: what is read back was written by some version of us, on some bad day. */

import * as v from 'valibot';
import { LISTS, type Rule } from '../audit/rule.ts';
import { isAbsolutePath, type AbsolutePath } from '../paths.ts';
import type { Argv } from '../host/host.ts';
import type { ChangeRecord, JournalEntry } from './change.ts';

const path = v.custom<AbsolutePath>((value) => typeof value === 'string' && isAbsolutePath(value));
const argv = v.custom<Argv>(
  (value) =>
    Array.isArray(value) &&
    value.every((word) => typeof word === 'string') &&
    isAbsolutePath(String(value[0])),
);
const texts = v.array(v.string());
const level = v.picklist([0, 1, 2]);

const rule: v.GenericSchema<unknown, Rule> = v.object({
  list: v.picklist(LISTS),
  action: v.picklist(['always', 'never']),
  syscalls: v.union([v.literal('all'), texts]),
  fields: v.array(
    v.variant('kind', [
      v.object({
        kind: v.literal('value'),
        name: v.string(),
        operator: v.picklist(['=', '!=', '<', '<=', '>', '>=', '&', '&=']),
        value: v.string(),
      }),
      v.object({
        kind: v.literal('compare'),
        left: v.string(),
        operator: v.picklist(['=', '!=']),
        right: v.string(),
      }),
    ]),
  ),
  keys: texts,
});

const ownership = { mode: v.number(), uid: v.number(), gid: v.number() };

const keptImage = v.object({
  backup: v.pipe(v.string(), v.regex(/^[\w.-]+$/)),
  sha256: v.string(),
  ...ownership,
  mtime: v.string(),
});

const verdict = v.picklist(['pass', 'partial', 'fail', 'pending', 'notApplicable', 'error']);

const forward = v.object({
  files: v.array(v.object({ path, after: v.nullable(keptImage) })),
  generated: v.record(v.string(), v.string()),
  activation: v.array(argv),
  daemon: v.array(argv),
  liveOnly: v.array(argv),
  table: v.nullable(
    v.object({ before: texts, loaded: texts, whole: texts, gone: v.array(v.number()) }),
  ),
  promises: v.array(
    v.object({
      control: v.string(),
      verdict,
      procedure: v.exactOptional(v.literal('pass')),
    }),
  ),
  asked: texts,
});

const kernel = v.object({
  bootId: v.string(),
  listing: texts,
  rules: v.nullable(v.array(rule)),
  status: v.object({
    enabled: level,
    failure: level,
    rateLimit: v.number(),
    backlogLimit: v.number(),
    backlogWaitTime: v.number(),
    loginuidImmutable: v.boolean(),
  }),
  daemonPid: v.number(),
});

const recordSchema: v.GenericSchema<unknown, ChangeRecord> = v.object({
  schemaVersion: v.literal(1),
  id: v.string(),
  time: v.string(),
  tool: v.string(),
  root: path,
  loginuid: v.number(),
  argv: texts,
  controls: texts,
  files: v.array(v.object({ path, before: v.nullable(keptImage) })),
  edited: v.array(path),
  activation: v.picklist(['load', 'add', 'reboot', 'none']),
  added: v.array(rule),
  // Changes of before these were thought of did nothing of the kind.
  removed: v.optional(v.array(rule), []),
  withdrawn: v.optional(v.array(rule), []),
  wrote: v.optional(v.array(v.object({ path, lines: texts })), []),
  kernel: v.nullable(kernel),
  daemon: v.object({
    action: v.picklist(['start', 'restart', 'leave']),
    start: v.array(argv),
    stop: v.array(argv),
  }),
  announced: texts,
  forward: v.exactOptional(forward),
  afterBoot: v.exactOptional(v.object({ unit: path, pull: path, program: argv })),
});

const entrySchema: v.GenericSchema<unknown, JournalEntry> = v.object({
  time: v.string(),
  state: v.picklist([
    'prepared',
    'written',
    'activated',
    'unconfirmed',
    'kept',
    'undoing',
    'rolledBack',
    'needsPerson',
  ]),
  note: v.exactOptional(v.string()),
  left: v.exactOptional(
    v.object({
      files: v.record(v.string(), v.string()),
      ownership: v.exactOptional(v.record(v.string(), v.object(ownership))),
      listing: v.nullable(texts),
      restarted: v.boolean(),
    }),
  ),
  deadline: v.exactOptional(
    v.object({
      at: v.pipe(v.string(), v.isoTimestamp()),
      watcher: v.picklist(['timer', 'process']),
    }),
  ),
  foreign: v.exactOptional(
    v.object({ count: v.number(), sha256Before: v.string(), sha256After: v.string() }),
  ),
  bootId: v.exactOptional(v.string()),
  afterBoot: v.exactOptional(
    v.object({
      bootId: v.string(),
      kept: texts,
      broken: v.array(
        v.object({ control: v.string(), promised: verdict, now: verdict, reason: v.string() }),
      ),
    }),
  ),
  evidence: v.exactOptional(v.object({ directory: v.string(), sha256: v.string() })),
  undo: v.exactOptional(
    v.object({
      bootId: v.string(),
      goal: v.nullable(texts),
      leave: v.array(path),
      merged: v.exactOptional(
        v.array(
          v.object({
            path,
            was: v.string(),
            original: v.exactOptional(keptImage),
            after: v.nullable(keptImage),
          }),
        ),
      ),
    }),
  ),
});

/** The first line of a journal. @throws SyntaxError, ValiError */
export function parseRecord(line: string): ChangeRecord {
  return v.parse(recordSchema, JSON.parse(line));
}

/** Every further line. @throws SyntaxError, ValiError */
export function parseEntry(line: string): JournalEntry {
  return v.parse(entrySchema, JSON.parse(line));
}
