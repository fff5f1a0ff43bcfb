import { describe, expect, test } from 'vitest';
import { keysOf, parseRecord, stringOf } from '../../../src/audit/record.ts';
import { gatherEvents } from '../../../src/audit/records.ts';
import { eventsOf, logEvents, logText } from '../../support/logs.ts';

const HEAD = 'msg=audit(1795558234.629:153407): ';

describe('a record', () => {
  test('has a type, a time, a number and fields', () => {
    const record = parseRecord(`type=PATH ${HEAD}item=0 name="/a b" inode=7 nametype=NORMAL`);
    expect(record).toMatchObject({
      type: 'PATH',
      time: new Date('2026-11-24T22:10:34.629Z'),
      serial: 153407,
    });
    expect(Object.fromEntries(record?.fields ?? [])).toEqual({
      item: '0',
      name: '"/a b"',
      inode: '7',
      nametype: 'NORMAL',
    });
  });

  test('may bear the name of its host', () => {
    expect(parseRecord(`node=web1 type=CWD ${HEAD}cwd="/"`)).toMatchObject({
      node: 'web1',
      type: 'CWD',
    });
  });

  test('says what auditd added in upper case, and that never stands for what the kernel said', () => {
    const record = parseRecord(`type=SYSCALL ${HEAD}uid=0 key="docker"\x1dUID="root" uid=7`);
    expect(record?.fields.get('UID')).toBe('"root"');
    expect(record?.fields.get('uid')).toBe('0');
    expect(record?.fields.get('key')).toBe('"docker"');
  });

  // As Linux 6.18 writes it.
  test('may lack a space before the operation', () => {
    const { fields } =
      parseRecord(`type=CONFIG_CHANGE ${HEAD}auid=0 ses=4294967295op=remove_rule path="/a"`) ?? {};
    expect(fields?.get('op')).toBe('remove_rule');
    expect(fields?.get('ses')).toBe('4294967295');
  });

  test('is not torn by what a user wrote into a name', () => {
    const name = '/a/ses=1op=x uid=0 key=docker';
    const hex = Buffer.from(name).toString('hex').toUpperCase();
    const { fields } =
      parseRecord(`type=PATH ${HEAD}item=0 name="/a/ses=1op=x=\x27{" inode=7 dev=${hex}`) ?? {};
    expect(fields?.get('name')).toBe('"/a/ses=1op=x=\x27{"');
    expect(fields?.get('inode')).toBe('7');
    expect(fields?.get('uid')).toBeUndefined();
    expect(stringOf(fields?.get('dev'))).toBe(name);
  });

  test.each([
    '',
    'type=SYSCALL',
    `type=SYSCALL msg=audit(1795558234.629:`,
    `TYPE=SYSCALL ${HEAD}`,
    ` type=SYSCALL ${HEAD}`,
    'type=SYSCALL msg=audit(1795558234.62:1): a=b',
  ])('is not %j', (line) => {
    expect(parseRecord(line)).toBeUndefined();
  });
});

describe('a string in a record', () => {
  test.each([
    ['"docker"', 'docker'],
    ['2F612062', '/a b'],
    ['6D7920636174', 'my cat'],
    ['C3A4', 'ä'],
    ['FF', '\udcff'],
    ['(null)', undefined],
    [undefined, undefined],
    ['""', ''],
    // A number of letters that is no pair of digits each, and what auditd does not encode.
    ['ABC', 'ABC'],
    ['docker', 'docker'],
    ['"cut', 'cut'],
  ])('%j is %j', (written, meant) => {
    expect(stringOf(written)).toBe(meant);
  });

  test('several keys are joined by a byte 1', () => {
    expect(keysOf('646F636B6572017365636F6E64')).toEqual(['docker', 'second']);
    expect(keysOf('"docker"')).toEqual(['docker']);
    expect(keysOf('(null)')).toEqual([]);
  });
});

const calls = (name: 'raw' | 'enriched') =>
  logEvents(name).map(({ keys, call }) => ({
    keys,
    name: call?.name,
    exit: call?.exit,
    command: call?.actor.command,
    paths: call?.paths.map((path) => path.name),
  }));

describe('a log', () => {
  test('gives each event once, with all its records', () => {
    const [event] = logEvents('raw').filter(({ serial }) => serial === 153410);
    expect(event?.records.map(({ type }) => type)).toEqual([
      'SYSCALL',
      'BPRM_FCAPS',
      'EXECVE',
      'CWD',
      'PATH',
      'PATH',
      'PROCTITLE',
    ]);
    expect(event).toMatchObject({ keys: ['docker'], time: new Date('2026-11-24T22:10:34.633Z') });
    expect(event?.call?.argv).toEqual(['/srv/scene/bin/dockerd', '--config', 'a b', '-x']);
  });

  test('of either format tells the same calls of the same programs', () => {
    const [raw, enriched] = [calls('raw'), calls('enriched')];
    expect(enriched.filter(({ keys }) => keys.length > 0)).toEqual(
      raw.filter(({ keys }) => keys.length > 0),
    );
  });

  test('puts records together that others stand between, and that come by pieces', () => {
    const lines = logText('raw').trimEnd().split('\n');
    const whole = eventsOf(Buffer.from(lines.join('\n')));
    // Two events at a time, a record of each in turn.
    const groups = Object.values(
      Object.groupBy(lines, (line) => /:(\d+)\)/.exec(line)?.[1] ?? ''),
    ).map((group) => group ?? []);
    const mixed = groups.flatMap((group, index) => {
      if (index % 2 === 1) return [];
      const other = groups[index + 1] ?? [];
      return Array.from({ length: Math.max(group.length, other.length) }, (_, at) => [
        ...group.slice(at, at + 1),
        ...other.slice(at, at + 1),
      ]).flat();
    });
    expect(eventsOf(Buffer.from(`${mixed.join('\n')}\n`))).toEqual(whole);
    const gathering = gatherEvents({ since: new Date(0), wants: () => true, most: Infinity });
    const bytes = Buffer.from(lines.join('\n'));
    for (let at = 0; at < bytes.length; at += 100) gathering.take(bytes.subarray(at, at + 100));
    expect(gathering.finish().events).toEqual(whole);
  });

  test('of four processes at once holds records of one between those of another', () => {
    const cats = logEvents('node').filter(({ call }) => call?.actor.command === 'cat');
    const texts = logText('node').split('\n');
    const isScattered = cats.filter(({ records }) => {
      const at = records.map(({ text }) => texts.indexOf(text));
      return Math.max(...at) - Math.min(...at) >= records.length;
    });
    expect(isScattered.length).toBeGreaterThan(0);
    expect(cats.map(({ records }) => records.map(({ type }) => type))).toEqual(
      Array.from({ length: 24 }, () => ['SYSCALL', 'CWD', 'PATH', 'PROCTITLE']),
    );
  });

  test('is not read before the moment that is asked for', () => {
    const since = new Date('2026-11-24T22:10:34.861Z');
    const gathering = gatherEvents({ since, wants: () => true, most: Infinity });
    gathering.take(Buffer.from(logText('raw')));
    const { events } = gathering.finish();
    const expected = logEvents('raw').filter(({ time }) => time >= since);
    expect(expected.length).toBeGreaterThan(3);
    expect(events).toEqual(expected);
  });

  test('that is cut tells the newest, and that it is cut', () => {
    const all = logEvents('raw');
    for (const most of [1, 7, all.length - 1]) {
      const gathering = gatherEvents({ since: new Date(0), wants: () => true, most });
      gathering.take(Buffer.from(logText('raw')));
      const { events, isCut } = gathering.finish();
      expect(events.map(({ serial }) => serial)).toEqual(
        all.slice(-most).map(({ serial }) => serial),
      );
      expect(isCut).toBe(true);
    }
  });

  test('may hold lines that are none, too long, or cut', () => {
    const record = `type=CWD ${HEAD}cwd="/"`;
    const log = ['garbage', record, `type=CWD ${HEAD}cwd="${'x'.repeat(40_000)}"`, 'type=CWD msg'];
    const gathering = gatherEvents({ since: new Date(0), wants: () => true, most: 10 });
    for (const byte of Buffer.from(log.join('\n'))) gathering.take(Uint8Array.of(byte));
    const { events, unreadable } = gathering.finish();
    expect(unreadable).toBe(3);
    expect(events.flatMap(({ records }) => records.map(({ text }) => text))).toEqual([record]);
  });

  test('tells two hosts apart that count alike', () => {
    const log = ['web1', 'web2'].map((node) => `node=${node} type=CWD ${HEAD}cwd="/"`);
    expect(eventsOf(Buffer.from(log.join('\n'))).map(({ node }) => node)).toEqual(['web1', 'web2']);
  });
});
