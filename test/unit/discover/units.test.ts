/** Unit files as systemd reads them, where no systemctl answers. Source: systemd.unit(5), systemd 257. */

import { describe, expect, it } from 'vitest';
import { findPrograms } from '../../../src/discover/programs.ts';
import { readUnits, type Unit } from '../../../src/discover/units.ts';
import { absolutePath } from '../../../src/paths.ts';
import { goldenHost, parseManifest } from '../../support/golden.ts';

type Files = Readonly<Record<string, readonly string[]>>;

const UNIT = 'example.service';

async function unitIn(files: Files, links: Readonly<Record<string, string>> = {}): Promise<Unit> {
  const expected = { exit: 0, verdicts: {} };
  const host = {
    situation: 'units',
    source: 'systemd.unit(5)',
    boots: false,
    files,
    links,
    expected,
  };
  using made = await goldenHost(parseManifest(JSON.stringify(host)));
  const [unit] = await readUnits(made.host, {}, [UNIT]);
  if (!unit) throw new Error('no answer');
  return unit;
}

const vendor = `/usr/lib/systemd/system/${UNIT}`;
const local = `/etc/systemd/system/${UNIT}`;
const service = (...lines: readonly string[]) => ['[Service]', ...lines];

const dropIn = (name: string, folder = '/etc') => `${folder}/systemd/system/${UNIT}.d/${name}`;

describe('which file is the unit', () => {
  it.each<
    [
      situation: string,
      files: Files,
      links: Record<string, string>,
      load: string,
      fragment: string | undefined,
    ]
  >([
    ['none', {}, {}, 'absent', undefined],
    ['the vendor’s', { [vendor]: service('ExecStart=/bin/a') }, {}, 'loaded', vendor],
    [
      'the administrator’s before the vendor’s',
      { [vendor]: service(), [local]: service('Type=oneshot') },
      {},
      'loaded',
      local,
    ],
    [
      'the runtime’s before the vendor’s',
      { [vendor]: service(), [`/run/systemd/system/${UNIT}`]: service() },
      {},
      'loaded',
      `/run/systemd/system/${UNIT}`,
    ],
    [
      'the administrator’s before the runtime’s',
      { [local]: service(), [`/run/systemd/system/${UNIT}`]: service() },
      {},
      'loaded',
      local,
    ],
    [
      'one that is a link',
      { '/opt/example': service('ExecStart=/bin/a') },
      { [local]: '/opt/example' },
      'loaded',
      local,
    ],
    [
      'masked by a link to /dev/null',
      { [vendor]: service('ExecStart=/bin/a') },
      { [local]: '/dev/null' },
      'masked',
      local,
    ],
    [
      'masked by an empty file',
      { [vendor]: service('ExecStart=/bin/a'), [local]: [] },
      {},
      'masked',
      local,
    ],
  ])('%s', async (_, files, links, load, fragment) => {
    const unit = await unitIn(files, links);
    expect([unit.load, unit.fragment]).toEqual([load, fragment]);
  });
});

describe('what it starts', () => {
  it.each<[situation: string, files: Files, commands: readonly string[]]>([
    ['one command', { [vendor]: service('ExecStart=/bin/a -x') }, ['/bin/a -x']],
    [
      'several, in their order',
      { [vendor]: service('ExecStart=/bin/a', 'ExecStart=/bin/b') },
      ['/bin/a', '/bin/b'],
    ],
    [
      'without systemd’s prefixes',
      { [vendor]: service('ExecStart=-/bin/a', 'ExecStart=@/bin/b', 'ExecStart=+!/bin/c') },
      ['/bin/a', '/bin/b', '/bin/c'],
    ],
    ['nothing after a reset', { [vendor]: service('ExecStart=/bin/a', 'ExecStart=') }, []],
    [
      'what follows the reset',
      { [vendor]: service('ExecStart=/bin/a', 'ExecStart=', 'ExecStart=/bin/b') },
      ['/bin/b'],
    ],
    [
      'not what is a comment',
      { [vendor]: service('#ExecStart=/bin/a', ' ; ExecStart=/bin/b', 'ExecStart=/bin/c') },
      ['/bin/c'],
    ],
    ['a line that goes on', { [vendor]: service('ExecStart=/bin/a \\', '  -x') }, ['/bin/a    -x']],
    [
      'what a drop-in adds',
      { [vendor]: service('ExecStart=/bin/a'), [dropIn('x.conf')]: service('ExecStart=/bin/b') },
      ['/bin/a', '/bin/b'],
    ],
    [
      'what a drop-in puts in its place',
      {
        [vendor]: service('ExecStart=/bin/a'),
        [dropIn('x.conf')]: service('ExecStart=', 'ExecStart=/bin/b'),
      },
      ['/bin/b'],
    ],
    [
      'drop-ins in the order of names, not of directories',
      {
        [vendor]: service('ExecStart=/bin/a'),
        [dropIn('20.conf', '/usr/lib')]: service('ExecStart=/bin/z'),
        [dropIn('10.conf')]: service('ExecStart=/bin/b'),
      },
      ['/bin/a', '/bin/b', '/bin/z'],
    ],
    [
      'a higher drop-in instead of its namesake',
      {
        [vendor]: service('ExecStart=/bin/a'),
        [dropIn('x.conf', '/usr/lib')]: service('ExecStart=/bin/z'),
        [dropIn('x.conf')]: service('ExecStart=/bin/b'),
      },
      ['/bin/a', '/bin/b'],
    ],
    [
      'not a drop-in of another name',
      {
        [vendor]: service('ExecStart=/bin/a'),
        [dropIn('x.conf.bak')]: service('ExecStart=/bin/b'),
      },
      ['/bin/a'],
    ],
  ])('%s', async (_, files, commands) => {
    expect((await unitIn(files)).commands.get('ExecStart')).toEqual(commands);
  });

  it.each([
    ['yes', true],
    ['true', true],
    ['1', true],
    ['no', false],
  ])('RefuseManualStop=%s', async (value, refuses) => {
    const unit = await unitIn({ [vendor]: ['[Unit]', `RefuseManualStop=${value}`] });
    expect(unit.refusesManualStop).toBe(refuses);
  });
});

describe('systemctl and the files', () => {
  it('say the same of a unit with drop-ins', async () => {
    const files = {
      [vendor]: service('ExecStart=/bin/a', 'ExecStartPost=-/bin/p -q', 'RefuseManualStop=yes'),
      [`/etc/systemd/system/${UNIT}.d/a.conf`]: service('ExecStart=', 'ExecStart=/bin/b'),
    };
    const expected = { exit: 0, verdicts: {} };
    const host = { situation: 'both', source: 'systemd.unit(5)', files, expected };
    using made = await goldenHost(parseManifest(JSON.stringify(host)));
    const [read] = await readUnits(made.host, {}, [UNIT]);
    const path = await made.host.resolve(absolutePath(read?.fragment ?? '/'));
    const [asked] = await readUnits(made.host, await findPrograms(made.host), [UNIT]);
    const askedPath = await made.host.resolve(absolutePath(asked?.fragment ?? '/'));
    // Only systemctl has a word for it.
    const known = { ...read, fragment: path, state: 'disabled' };
    expect({ ...asked, fragment: askedPath }).toEqual(known);
    expect(asked?.commands.get('ExecStart')).toEqual(['/bin/b']);
    expect(asked?.commands.get('ExecStartPost')).toEqual(['/bin/p -q']);
  });
});
