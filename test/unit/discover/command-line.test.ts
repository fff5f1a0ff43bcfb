/** Command lines of units and processes. Source: systemd.service(5), systemd.syntax(7), pflag's usage. */

import { describe, expect, it } from 'vitest';
import { optionOf, processLine, unitLine } from '../../../src/discover/command-line.ts';

describe('the words of a unit', () => {
  it.each<[line: string, words: readonly string[]]>([
    ['', []],
    ['/usr/bin/dockerd', ['/usr/bin/dockerd']],
    ['/usr/bin/dockerd  -H\tfd://  ', ['/usr/bin/dockerd', '-H', 'fd://']],
    ['"/opt/my docker/dockerd" -D', ['/opt/my docker/dockerd', '-D']],
    ['dockerd --label \'a "b" c\'', ['dockerd', '--label', 'a "b" c']],
    ['dockerd --data-root="/srv/my data"', ['dockerd', '--data-root=/srv/my data']],
    ['dockerd ""', ['dockerd', '']],
    [String.raw`dockerd --label a\ b`, ['dockerd', '--label', String.raw`a\ b`]],
    [String.raw`dockerd "a\"b" -D`, ['dockerd', String.raw`a\"b`, '-D']],
    ['/bin/a -x ; /bin/b -y', ['/bin/a', '-x']],
    ['/bin/a -x ;', ['/bin/a', '-x']],
    ['dockerd "never closed -D', ['dockerd', 'never closed -D']],
    ['dockerd \\', ['dockerd', '\\']],
  ])('of %j are %j', (line, words) => {
    expect(unitLine(line).words).toEqual(words);
  });
});

const ROOT = ['--data-root', '--graph', '-g'];
const given = (value: string) => ({ kind: 'given', value });
const hidden = (word: string) => ({ kind: 'hidden', word });

describe('an option of a unit', () => {
  it.each<[line: string, told: unknown]>([
    ['dockerd', undefined],
    ['dockerd -H fd://', undefined],
    ['dockerd --data-root /a', given('/a')],
    ['dockerd --data-root=/a', given('/a')],
    ['dockerd -g /a -D', given('/a')],
    ['dockerd -g/a', given('/a')],
    ['dockerd -g=/a', given('/a')],
    ['dockerd --graph=/a --data-root=/b', given('/b')],
    ['dockerd --data-root', given('')],
    ['dockerd --data-root-of-another=/a', undefined],
    // The program itself is no option, whatever its name.
    ['--data-root=/a', undefined],
    ['dockerd $OPTIONS', hidden('$OPTIONS')],
    ['dockerd ${OPTIONS}', hidden('${OPTIONS}')],
    ['dockerd --data-root=/a $OPTIONS', given('/a')],
    ['dockerd --data-root=${ROOT}', hidden('${ROOT}')],
    ['dockerd --data-root=/srv/%i', hidden('/srv/%i')],
    [String.raw`dockerd --data-root=/srv/a\x20b`, hidden(String.raw`/srv/a\x20b`)],
    // As `systemctl show` prints --data-root="/srv/my data": the quotes are gone.
    ['dockerd --data-root=/srv/my data', hidden('/srv/my data')],
  ])('in %j is %j', (line, told) => {
    expect(optionOf(unitLine(line), ROOT)).toEqual(told);
  });
});

describe('an option of a process', () => {
  it.each<[words: readonly string[], told: unknown]>([
    [['dockerd'], undefined],
    [['dockerd', '--data-root', '/srv/my data'], given('/srv/my data')],
    [['dockerd', '--data-root=/srv/50%', 'x'], given('/srv/50%')],
    [['dockerd', '--label', '$A'], undefined],
  ])('in %j is %j', (words, told) => {
    const line = processLine(words.map((word) => `${word}\0`).join(''));
    expect(line.words).toEqual(words);
    expect(optionOf(line, ROOT)).toEqual(told);
  });

  it('is not there where the process has no words left', () => {
    expect(processLine('').words).toEqual([]);
  });
});
