import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { BUILT_IN } from '../../../src/controls/builtin.ts';
import type { Control } from '../../../src/controls/control.ts';
import { benchmark } from '../../../src/controls/load.ts';
import { readBenchmark, readControl } from '../../../src/controls/read.ts';

const templates = new URL('../../../templates/', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, templates), 'utf8');
const json = (path: string): unknown => JSON.parse(text(path));
const book = benchmark('cis-docker-1.2.0');

function control(slug: string): Control {
  const section = book.sections.find((candidate) => candidate.control.slug === slug);
  if (section === undefined) throw new Error(`no section for ${slug}`);
  return section.control;
}

function mapping(slug: string): string[] {
  return control(slug).safeguards.map(
    ({ version, number, title }) => `${version} ${number} ${title}`,
  );
}

function ofLevel1(id: string): string[] {
  return benchmark(id)
    .sections.filter(({ level }) => level === 1)
    .map(({ number }) => number);
}

describe.each([
  ['controls', 'control'],
  ['benchmarks', 'benchmark'],
])('templates/%s', (folder, name) => {
  const files = readdirSync(new URL(`${folder}/`, templates));
  const path = `schema/${name}.schema.json`;

  it.each(files)('%s is as its schema says, and names it', (file) => {
    const validate = new Ajv2020({ strict: true, allErrors: true }).compile(Object(json(path)));
    const template = json(`${folder}/${file}`);
    validate(template);
    expect(validate.errors).toBeNull();
    expect(template).toHaveProperty('$schema', `../${path}`);
  });

  it('has a schema that describes every field and lets no other in', () => {
    const wanting: string[] = [];
    JSON.parse(text(path), (key, value: unknown) => {
      if (typeof value !== 'object' || value === null) return value;
      if ('type' in value && typeof value.type === 'string' && !('description' in value))
        wanting.push(`${key}: description`);
      if ('properties' in value && !('additionalProperties' in value))
        wanting.push(`${key}: additionalProperties`);
      return value;
    });
    expect(wanting).toEqual([]);
    expect(json(path)).toHaveProperty('$id', `urn:dockaudit:schema:${name}:1`);
  });

  it('is in the bundle, each file', () => {
    const bundled = folder === 'controls' ? BUILT_IN.slugs : BUILT_IN.ids;
    expect(bundled.map((stem) => `${stem}.json`).toSorted()).toEqual(files.toSorted());
  });

  // The bundle skips what a person's own templates go through: here it is caught up.
  it.each(files)('%s is in the bundle what the strict reader makes of it', (file) => {
    const stem = file.replace(/\.json$/, '');
    const template = json(`${folder}/${file}`);
    const strict =
      folder === 'controls' ? readControl(template, file) : readBenchmark(template, file, BUILT_IN);
    expect(folder === 'controls' ? BUILT_IN.control(stem) : BUILT_IN.book(stem)).toEqual(strict);
  });
});

/** Numbers of the later books, in their order. Source: aquasecurity/docker-bench cis-1.3.1, cis-1.6.0. */
const LATER: readonly (readonly [number: string, slug: string])[] = [
  ['1.1.3', 'docker-daemon'],
  ['1.1.4', 'run-containerd'],
  ['1.1.5', 'docker-data-root'],
  ['1.1.6', 'docker-etc'],
  ['1.1.7', 'docker-service'],
  ['1.1.8', 'containerd-socket'],
  ['1.1.9', 'docker-socket'],
  ['1.1.10', 'docker-defaults'],
  ['1.1.11', 'docker-daemon-config'],
  ['1.1.12', 'containerd-config'],
  ['1.1.13', 'docker-sysconfig'],
  ['1.1.14', 'containerd'],
  ['1.1.15', 'containerd-shim'],
  ['1.1.16', 'containerd-shim-runc-v1'],
  ['1.1.17', 'containerd-shim-runc-v2'],
  ['1.1.18', 'runc'],
];

describe.each(['1.3.1', '1.4.0', '1.5.0', '1.6.0', '1.7.0', '1.8.0'])(
  'CIS Docker %s',
  (version) => {
    const later = benchmark(`cis-docker-${version}`);

    it('numbers sixteen audit-rule controls', () => {
      expect(later.title).toBe(`CIS Docker ${version}`);
      expect(later.sections.map((one) => [one.number, one.control.slug])).toEqual(LATER);
    });

    it("marks what nobody saw in the source, and has the book's own paths", () => {
      const open = later.sections.filter(({ unverified }) => unverified !== undefined);
      const isSeenWhole = ['1.6.0', '1.7.0'].includes(version);
      expect(open.length === 0).toBe(isSeenWhole);
      expect(later.verified).toBeDefined();
      expect(later.sections.at(-1)?.control.literalPath).toBe('/usr/bin/runc');
    });

    // Tenable: 1.1.9 is "docker.sock" from 1.6.0 on, "docker.socket" before.
    it('names the socket beside the unit file only where its title does', () => {
      const socket = later.sections.find((section) => section.control.slug === 'docker-socket');
      const isNamed = ['1.6.0', '1.7.0', '1.8.0'].includes(version);
      expect(socket?.also).toEqual(isNamed ? [{ kind: 'path', path: '/run/docker.sock' }] : []);
      expect(socket?.control.place).toEqual({ kind: 'unit', unit: 'docker.socket' });
      expect(socket?.control.procedure.grep).toBe(isNamed ? 'docker.sock' : 'docker.socket');
    });
  },
);

describe('levels', () => {
  // Tenable, CIS Docker v1.2.0 L2 Linux Host OS: 1.2.4 alone.
  it('of 1.2.0 are 1 but for the data directory', () => {
    expect(ofLevel1('cis-docker-1.2.0')).toEqual(
      ['3', '5', '6', '7', '8', '9', '10', '11', '12'].map((last) => `1.2.${last}`),
    );
  });

  // Tenable's list for CIS Docker v1.8.0, as far as it was seen: three items.
  it('of 1.8.0 are marked but for those that were seen', () => {
    const seen = benchmark('cis-docker-1.8.0').sections.filter((one) => !one.unverified);
    expect(seen.map(({ number }) => number)).toEqual(['1.1.5', '1.1.10', '1.1.11']);
  });

  // Tenable, CIS Docker v1.6.0 and v1.7.0 L1 Docker Linux.
  it.each(['cis-docker-1.6.0', 'cis-docker-1.7.0'])('of %s are 1 for the first four', (id) => {
    expect(ofLevel1(id)).toEqual(['1.1.3', '1.1.4', '1.1.5', '1.1.6']);
  });
});

describe('every control', () => {
  const every = BUILT_IN.slugs.flatMap((slug) => BUILT_IN.control(slug) ?? []);

  it.each(every.map((one) => [one.slug, one] as const))('%s is whole', (_slug, one) => {
    const isProgram = one.place.kind === 'program' || one.place.kind === 'daemon';
    expect(one.required.join('')).toBe(isProgram ? 'wxa' : 'wa');
    expect(one.recommended.join('')).toBe(one.slug === 'run-containerd' ? 'rwa' : 'rwxa');
    expect(one.remediation).toMatch(/the benchmark's example is the line '-[aw] [^']*-k docker'/);
    // A rule on what lies below /run is added to the kernel, and stands in no file.
    const isLate = one.literalPath.startsWith('/run/');
    expect(one.remediation.includes('rules.d, which is where dockaudit writes it')).toBe(!isLate);
    expect(one.procedure.text).toBe(`auditctl -l | grep ${one.procedure.grep}`);
    expect(one.outside.length).toBeGreaterThan(0);
  });

  it('asks for what lies below in two directories, and for the third itself', () => {
    const deep = every.filter(({ recursive }) => recursive).map(({ slug }) => slug);
    expect(deep.toSorted()).toEqual(['docker-data-root', 'docker-etc']);
  });

  it('has the ids of other scanners, which follow the numbers of the book', () => {
    for (const { slug, outside } of every) {
      const number = LATER.find(([, known]) => known === slug)?.[0] ?? '';
      const old = book.sections.find((section) => section.control.slug === slug)?.number;
      const ids = (scanner: string) =>
        outside.filter((one) => one.scanner.includes(scanner)).map(({ id }) => id);
      expect(ids('docker-bench-security')).toEqual(
        [number, old].flatMap((one) => (one ? [`check_${one.replaceAll('.', '_')}`] : [])),
      );
      expect(ids('DataDog')).toEqual(old ? [`cis-docker-1.2.0-${old}`] : []);
    }
  });
});

describe('CIS Docker 1.2.0', () => {
  // docker-bench-security 1.3.5, tests/TESTS.md; aquasecurity/docker-bench, cfg/cis-1.2.
  it('numbers ten audit-rule controls', () => {
    expect(book).toMatchObject({ id: 'cis-docker-1.2.0', title: 'CIS Docker 1.2.0' });
    expect(book.sections.map((one) => [one.number, one.control.slug])).toEqual([
      ['1.2.3', 'docker-daemon'],
      ['1.2.4', 'docker-data-root'],
      ['1.2.5', 'docker-etc'],
      ['1.2.6', 'docker-service'],
      ['1.2.7', 'docker-socket'],
      ['1.2.8', 'docker-defaults'],
      ['1.2.9', 'docker-sysconfig'],
      ['1.2.10', 'docker-daemon-config'],
      ['1.2.11', 'containerd'],
      ['1.2.12', 'runc'],
    ]);
  });

  it('looks for runc elsewhere than later versions do', () => {
    expect(control('runc')).toMatchObject({
      literalPath: '/usr/sbin/runc',
      procedure: { text: 'auditctl -l | grep /usr/sbin/runc', grep: '/usr/sbin/runc' },
    });
  });

  it('asks for the executable and for the unit file', () => {
    expect(control('docker-daemon')).toMatchObject({
      place: { kind: 'daemon' },
      literalPath: '/usr/bin/dockerd',
      required: ['w', 'x', 'a'],
      recommended: ['r', 'w', 'x', 'a'],
    });
    expect(control('docker-socket')).toMatchObject({
      place: { kind: 'unit', unit: 'docker.socket' },
      literalPath: '/usr/lib/systemd/system/docker.socket',
      required: ['w', 'a'],
      recommended: ['r', 'w', 'x', 'a'],
    });
  });

  it("keeps the book's commands to the letter", () => {
    expect(control('docker-daemon').procedure).toMatchObject({
      text: 'auditctl -l | grep /usr/bin/dockerd',
      grep: '/usr/bin/dockerd',
    });
    expect(control('docker-daemon').procedure).not.toHaveProperty('locate');
    expect(control('docker-socket').procedure).toMatchObject({
      locate: 'systemctl show -p FragmentPath docker.socket',
      text: 'auditctl -l | grep docker.socket',
      grep: 'docker.socket',
    });
  });

  it.each(['docker-daemon', 'docker-socket'])("%s keeps the book's line, file and key", (slug) => {
    const { remediation, literalPath, impact, references } = control(slug);
    expect(remediation).toContain(`'-w ${literalPath} -k docker' in /etc/audit/audit.rules`);
    expect(remediation).toContain("'service auditd restart'");
    expect(impact).toMatch(/rotated and archived.*\/var\/log\/audit/);
    expect(references[0]).toBe(
      'https://access.redhat.com/documentation/en-US/Red_Hat_Enterprise_Linux/6/html/Security_Guide/chap-system_auditing.html',
    );
  });

  it('maps to the CIS Controls', () => {
    expect(mapping('docker-daemon')).toEqual([
      '6 6.2 Ensure Audit Log Settings Support Appropriate Log Entry Formatting',
      '7 6.2 Activate audit logging',
      '7 6.3 Enable Detailed Logging',
    ]);
    expect(mapping('docker-socket')).toEqual([
      '6 14.6 Enforce Detailed Audit Logging For Sensitive Information',
      '7 14.9 Enforce Detail Logging for Access or Changes to Sensitive Data',
    ]);
  });

  it('leaves numbers to the benchmark', () => {
    for (const { control: substance, number } of book.sections)
      expect(JSON.stringify({ ...substance, outside: [] })).not.toContain(number);
  });
});

describe('rules-file.header.txt', () => {
  const header = text('rules-file.header.txt');
  const lines = header.slice(0, -1).split('\n');

  // mawk's augenrules drops a comment only if its `#` stands in column 1.
  it('is comments in column 1, ASCII, without tabs, at most 80 columns', () => {
    expect(header.endsWith('\n')).toBe(true);
    for (const line of lines) expect(line).toMatch(/^(?:# |##)[ -~]{0,78}$/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    for (const line of lines) expect(line).not.toMatch(/\s$/);
  });

  it('says whose it is, how to undo it, and why the file begins with an empty line', () => {
    for (const said of [
      'written by dockaudit',
      'CIS Docker Benchmark',
      'Lines of your own',
      'dockaudit rollback',
      'first line of this file is empty on purpose',
      'final newline',
    ])
      expect(header).toContain(said);
  });

  it('holds no line that a loader could take for a rule or a directive', () => {
    for (const line of lines) expect(line.startsWith('#')).toBe(true);
    expect(header).not.toMatch(/^\s*-/m);
  });
});
