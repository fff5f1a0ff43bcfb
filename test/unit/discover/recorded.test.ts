/** A log that is large, grows, or is rotated while it is read. */

import { describe, expect, test } from 'vitest';
import { readRecorded } from '../../../src/discover/recorded.ts';
import type { Entry, HostReader } from '../../../src/host/host.ts';
import { absolutePath, nameOf, type AbsolutePath } from '../../../src/paths.ts';
import { encode } from '../../../src/text.ts';

const MIB = 1024 * 1024;
const LOG = absolutePath('/var/log/audit/audit.log');

interface LogFile {
  readonly inode: number;
  readonly mtime?: Date;
  readonly size: number;
  /** @param from of the file, in bytes */
  readonly part: (from: number, most: number) => Uint8Array;
}

const never = (): never => {
  throw new Error('not asked for');
};

/** A host that has nothing but a log. @param files by their names, as they are by now */
function hostOf(files: () => Readonly<Record<string, LogFile>>): HostReader {
  const at = (path: AbsolutePath) => files()[nameOf(path)];
  const looks: Omit<Entry, 'inode' | 'size' | 'mtime'> = {
    kind: 'file',
    mode: 0o640,
    uid: 0,
    gid: 0,
    device: '1',
    links: 1,
    mtimeNs: 0n,
  };
  return {
    read: async () => undefined,
    list: async () => Object.keys(files()),
    look: async (path) => {
      const file = at(path);
      const { inode, size, mtime = new Date() } = file ?? {};
      return size === undefined ? undefined : { ...looks, inode: String(inode), size, mtime };
    },
    resolve: async (path) => path,
    readPart: async (path, from, most) => at(path)?.part(from, most),
    space: never,
    ask: never,
    clock: { now: never, pause: never },
  };
}

/** A file of that text. */
function written(inode: number, text: string, mtime?: Date): LogFile {
  const bytes = encode(text);
  return {
    inode,
    size: bytes.length,
    part: (from, most) => bytes.slice(from, from + most),
    ...(mtime && { mtime }),
  };
}

const record = (serial: number) => `type=CWD msg=audit(1795558300.000:${serial}): cwd="/"\n`;
const EVER = { since: new Date(0), wants: () => true };

const serials = async (host: HostReader, since = EVER.since) =>
  (await readRecorded(host, { ...EVER, since })).events.map(({ serial }) => serial);

describe('a log', () => {
  test('of more than 256 MiB is read from its end', async () => {
    const tail = encode(`\n${record(7)}`);
    const size = 300 * MIB;
    let most = 0;
    let total = 0;
    const large: LogFile = {
      inode: 1,
      size,
      part: (from, wanted) => {
        const length = Math.max(Math.min(wanted, size - from), 0);
        [most, total] = [Math.max(most, wanted), total + length];
        const bytes = new Uint8Array(length).fill(0x78);
        if (length > 0 && from + length === size) bytes.set(tail, length - tail.length);
        return bytes;
      },
    };
    const found = await readRecorded(
      hostOf(() => ({ 'audit.log': large })),
      EVER,
    );
    expect(found.events.map(({ serial }) => serial)).toEqual([7]);
    expect(found.skippedBytes).toBe(44 * MIB);
    expect(total).toBe(256 * MIB);
    expect(most).toBeLessThanOrEqual(16 * MIB);
  });

  test('is told by its own numbers: the highest is the oldest, what has none is no log', async () => {
    const files = {
      'audit.log': written(1, record(3)),
      'audit.log.10': written(3, record(1)),
      'audit.log.2': written(2, record(2)),
      'audit.log.bak': written(4, record(9)),
      'audit.log.02': written(5, record(9)),
      'audit.logs': written(6, record(9)),
    };
    const found = await readRecorded(
      hostOf(() => files),
      EVER,
    );
    expect(found.files).toEqual([`${LOG}.10`, `${LOG}.2`, LOG]);
    expect(found.events.map(({ serial }) => serial)).toEqual([1, 2, 3]);
  });

  test('that was written last before the moment asked for is not opened', async () => {
    const since = new Date('2026-11-24T00:00:00Z');
    const old: LogFile = { ...written(2, '', new Date('2026-11-23T23:59:59Z')), part: never };
    const files = { 'audit.log': written(1, record(3)), 'audit.log.1': old };
    expect(
      await serials(
        hostOf(() => files),
        since,
      ),
    ).toEqual([3]);
  });

  test('that is rotated meanwhile is read anew: nothing twice, nothing lost', async () => {
    const [first, second] = [written(1, record(1)), written(2, record(2))];
    let files: Readonly<Record<string, LogFile>> = { 'audit.log': first };
    const rotating: LogFile = {
      ...first,
      part: (from, most) => {
        files = { 'audit.log': second, 'audit.log.1': first };
        return second.part(from, most);
      },
    };
    files = { 'audit.log': rotating };
    expect(await serials(hostOf(() => files))).toEqual([1, 2]);
  });

  test('that grows is read to the end it has by then', async () => {
    const bytes = encode(record(1) + record(2));
    const growing: LogFile = {
      inode: 1,
      size: record(1).length,
      part: (from, most) => bytes.slice(from, from + Math.min(most, record(1).length)),
    };
    expect(await serials(hostOf(() => ({ 'audit.log': growing })))).toEqual([1, 2]);
  });

  test('may be absent', async () => {
    const found = await readRecorded(
      hostOf(() => ({})),
      EVER,
    );
    expect(found).toMatchObject({ logFile: LOG, files: [], events: [] });
  });
});
