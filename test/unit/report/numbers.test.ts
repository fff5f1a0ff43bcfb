import { describe, expect, it } from 'vitest';
import type { Place } from '../../../src/controls/control.ts';
import { benchmark, chooseSections, type Choice } from '../../../src/controls/load.ts';
import type { Finding } from '../../../src/evaluate/finding.ts';
import { judged } from '../../../src/report/judged.ts';
import { levelsText, numbersText, outsideText } from '../../../src/report/numbers.ts';
import { placeName, placeWords } from '../../../src/report/place.ts';
import { failing, path } from './situations.ts';

const entry = (title: string, number: string, level: 1 | 2 = 1, unverified = false) => ({
  title,
  number,
  level,
  unverified,
});

describe('numbers in words', () => {
  it('name each number once, and the book once', () => {
    const numbers = [
      entry('CIS Docker 1.2.0', '1.2.3'),
      entry('CIS Docker 1.3.1', '1.1.3', 1, true),
      entry('CIS Docker 1.6.0', '1.1.3'),
      entry('Acme hosts', '4.1'),
      entry('Acme hosts', '4.2'),
    ];
    expect(numbersText(numbers)).toBe(
      '1.2.3 in CIS Docker 1.2.0; 1.1.3 in CIS Docker 1.3.1*, 1.6.0; ' +
        '4.1 in Acme hosts; 4.2 in Acme hosts',
    );
    expect(numbersText([entry('Acme hosts', '4.1'), entry('Acme hosts B', '4.1')])).toBe(
      '4.1 in Acme hosts, Acme hosts B',
    );
    expect(numbersText([])).toBe('');
  });

  it('tell levels apart only where they differ', () => {
    const [old, later] = [entry('CIS Docker 1.2.0', 'x', 2), entry('CIS Docker 1.6.0', 'x', 1)];
    expect(levelsText([old])).toBe('2');
    expect(levelsText([old, later])).toBe('2 in CIS Docker 1.2.0; 1 in CIS Docker 1.6.0');
  });

  it('say what another scanner asks for otherwise', () => {
    const id = { scanner: 'lynis', version: '3.1', id: 'ACCT-9630' };
    expect(outsideText(id)).toBe('lynis 3.1: ACCT-9630');
    expect(outsideText({ ...id, note: 'any rule' })).toBe('lynis 3.1: ACCT-9630 (any rule)');
  });
});

/** What `judged` says of the sections that are chosen. */
function sentence(id: string, wanted: Partial<Choice>): string {
  const book = benchmark(id);
  const choice = { control: [], all: false, level: undefined, ...wanted };
  return judged(
    book,
    chooseSections(book, choice).map((section): Finding => ({ ...failing, section })),
  );
}

describe('what was judged', () => {
  const END = '; nothing else of the benchmark was judged.';

  it.each<[string, Partial<Choice>, string]>([
    [
      'cis-docker-1.2.0',
      {},
      '2 of the 10 audit-rule controls of CIS Docker 1.2.0 (1.1.3 and 1.1.9 in later versions)',
    ],
    [
      'cis-docker-1.6.0',
      {},
      '2 of the 16 audit-rule controls of CIS Docker 1.6.0 (1.2.3 and 1.2.7 in earlier versions)',
    ],
    [
      'cis-docker-1.6.0',
      { control: ['run-containerd'] },
      '1 of the 16 audit-rule controls of CIS Docker 1.6.0',
    ],
    ['cis-docker-1.2.0', { all: true }, '10 of the 10 audit-rule controls of CIS Docker 1.2.0'],
  ])('%s %j', (id, wanted, said) => {
    expect(sentence(id, wanted)).toBe(said + END);
  });
});

describe('a place in words', () => {
  it.each<[Place, string, string]>([
    [{ kind: 'daemon' }, 'dockerd', 'wherever this host runs it from'],
    [{ kind: 'unit', unit: 'docker.service' }, 'docker.service', 'unit file of docker.service'],
    [{ kind: 'program', name: 'runc' }, 'runc', 'the executable runc, each copy'],
    [{ kind: 'dataRoot' }, 'data root', 'images, containers and volumes'],
    [{ kind: 'daemonConfig' }, 'daemon.json', 'or what --config-file names'],
    [{ kind: 'containerdConfig' }, 'config.toml', 'or what its --config names'],
    [{ kind: 'containerdSocket' }, 'containerd.sock', 'reaches containerd'],
    [{ kind: 'path', path: path('/etc/docker') }, '/etc/docker', '/etc/docker'],
  ])('%j', (place, name, words) => {
    expect(placeName(place)).toBe(name);
    expect(placeWords(place)).toContain(words);
  });

  it('marks names where the text has marks for them', () => {
    const place: Place = { kind: 'program', name: 'runc' };
    expect(placeWords(place, (name) => `<${name}>`)).toContain('<runc>');
  });
});
