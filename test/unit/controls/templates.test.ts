import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Control } from '../../../src/controls/control.ts';
import { benchmark } from '../../../src/controls/load.ts';

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
    const bundled =
      folder === 'controls'
        ? book.sections.map((section) => `${section.control.slug}.json`)
        : [`${book.id}.json`];
    expect(bundled.toSorted()).toEqual(files.toSorted());
  });
});

describe('CIS Docker 1.2.0', () => {
  it('numbers two of its ten audit-rule controls', () => {
    expect(book).toMatchObject({
      id: 'cis-docker-1.2.0',
      title: 'CIS Docker 1.2.0',
      auditRuleControls: 10,
      sections: [
        { number: '1.2.3', level: 1, laterNumber: '1.1.3', control: { slug: 'docker-daemon' } },
        { number: '1.2.7', level: 2, laterNumber: '1.1.9', control: { slug: 'docker-socket' } },
      ],
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
      expect(JSON.stringify(substance)).not.toContain(number);
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
