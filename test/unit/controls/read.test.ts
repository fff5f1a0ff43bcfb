import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { readBenchmark, readControl } from '../../../src/controls/read.ts';
import { TemplateFailure } from '../../../src/errors.ts';

type Json = Record<string, unknown>;
const file = (path: string): Json =>
  Object(JSON.parse(readFileSync(new URL(`../../../templates/${path}`, import.meta.url), 'utf8')));
const ajv = new Ajv2020();
const isControl = ajv.compile(file('schema/control.schema.json'));
const isBenchmark = ajv.compile(file('schema/benchmark.schema.json'));

const socket = file('controls/docker-socket.json');
const daemon = readControl(file('controls/docker-daemon.json'), 'docker-daemon.json');
const known = [daemon, readControl(socket, 'docker-socket.json')];
const controls = {
  slugs: known.map(({ slug }) => slug),
  control: (slug: string) => known.find((control) => control.slug === slug),
};
const book = file('benchmarks/cis-docker-1.2.0.json');
const procedure = { description: 'Look.', text: 'auditctl -l | grep x', grep: 'x' };
const safeguard = { version: '7', number: '6.3', title: 'Log', summary: 'Logs are kept.' };
const entry = { number: '1.2.3', control: 'docker-daemon', level: 1 };

function refusal(read: () => unknown): TemplateFailure {
  try {
    read();
  } catch (error) {
    if (error instanceof TemplateFailure) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const path = "expected an absolute path without white space, '.' and '..'";
const letters = "expected letters of 'rwxa' in this order";

describe('a wrong control names file and field', () => {
  it.each<[Json, string]>([
    [{ title: undefined }, 'title: missing'],
    [{ title: 7 }, 'title: expected one paragraph of text, found 7'],
    [{ title: '' }, "title: expected one paragraph of text, found ''"],
    [{ impact: ' x' }, "impact: expected one paragraph of text, found ' x'"],
    [{ impact: 'a\u001bb' }, "impact: expected one paragraph of text, found 'a\\x1bb'"],
    [{ titel: 'x' }, 'titel: unknown field'],
    [{ slug: 'x' }, 'slug: unknown field'],
    [{ place: undefined }, 'place: missing'],
    [{ place: 'daemon' }, "place: expected an object, found 'daemon'"],
    [{ place: {} }, 'place.kind: missing'],
    [
      { place: { kind: 'demon' } },
      'place.kind: expected one of daemon, unit, program, dataRoot, daemonConfig, ' +
        "containerdConfig, containerdSocket, path, found 'demon'",
    ],
    [{ place: { kind: 'dataRoot', path: '/srv' } }, 'place.path: unknown field'],
    [
      { place: { kind: 'program', name: '../sh' } },
      "place.name: expected a program's name such as 'runc', found '../sh'",
    ],
    [{ place: { kind: 'path', path: '/a/../b' } }, `place.path: ${path}, found '/a/../b'`],
    [{ recursive: 'yes' }, "recursive: expected true or false, found 'yes'"],
    [{ outside: [{ scanner: 'lynis', version: '3' }] }, 'outside[0].id: missing'],
    [{ place: { kind: 'daemon', unit: 'a.socket' } }, 'place.unit: unknown field'],
    [{ place: { kind: 'unit' } }, 'place.unit: missing'],
    [
      { place: { kind: 'unit', unit: '--all' } },
      "place.unit: expected a unit such as 'docker.socket', found '--all'",
    ],
    [{ literalPath: 'usr/bin/dockerd' }, `literalPath: ${path}, found 'usr/bin/dockerd'`],
    [{ literalPath: '/usr/../bin' }, `literalPath: ${path}, found '/usr/../bin'`],
    [{ literalPath: '/usr/./bin' }, `literalPath: ${path}, found '/usr/./bin'`],
    [{ literalPath: '/usr//bin' }, `literalPath: ${path}, found '/usr//bin'`],
    [{ literalPath: '/usr/bin/' }, `literalPath: ${path}, found '/usr/bin/'`],
    [{ literalPath: '/' }, `literalPath: ${path}, found '/'`],
    [{ literalPath: '/a b' }, `literalPath: ${path}, found '/a b'`],
    [{ literalPath: '/a\n-D' }, `literalPath: ${path}, found '/a\\x0a-D'`],
    [{ literalPath: '/a\u001bb' }, `literalPath: ${path}, found '/a\\x1bb'`],
    [{ permissions: 'wa' }, "permissions: expected an object, found 'wa'"],
    [
      { permissions: { required: 'wz', recommended: 'rwxa' } },
      `permissions.required: ${letters}, found 'wz'`,
    ],
    [
      { permissions: { required: 'aw', recommended: 'rwxa' } },
      `permissions.required: ${letters}, found 'aw'`,
    ],
    [
      { permissions: { required: '', recommended: 'rwxa' } },
      `permissions.required: ${letters}, found ''`,
    ],
    [{ permissions: { required: 'wa' } }, 'permissions.recommended: missing'],
    [{ procedure: [] }, 'procedure.description: missing'],
    [{ procedure: { ...procedure, shell: 'sh' } }, 'procedure.shell: unknown field'],
    [{ procedure: { ...procedure, grep: undefined } }, 'procedure.grep: missing'],
    [{ references: 'auditctl(8)' }, "references: expected a list, found 'auditctl(8)'"],
    [{ references: ['a', null] }, 'references[1]: expected one paragraph of text, found null'],
    [{ safeguards: [{ ...safeguard, summary: undefined }] }, 'safeguards[0].summary: missing'],
    [
      { safeguards: [{ ...safeguard, version: 7 }] },
      "safeguards[0].version: expected a number such as '7' or '6.3', found 7",
    ],
    [{ title: { x: 'y' } }, 'title: expected one paragraph of text, found an object'],
    [
      { title: `${'x'.repeat(70)} ` },
      `title: expected one paragraph of text, found '${'x'.repeat(60)}…'`,
    ],
  ])('%j', (change, complaint) => {
    const template: unknown = JSON.parse(JSON.stringify({ ...socket, ...change }));
    const failure = refusal(() => readControl(template, 'docker-socket.json'));
    expect(failure.message).toBe(`cannot use template 'docker-socket.json': ${complaint}`);
    expect(failure.advice).toBe('templates/schema/control.schema.json describes every field');
    expect(failure.exitCode).toBe(64);
    expect(isControl(template)).toBe(false);
  });

  it.each<[Json, string]>([
    [
      { permissions: { required: 'wa', recommended: 'rw' } },
      "permissions.recommended: expected all of 'wa', found 'rw'",
    ],
    [
      { procedure: { ...procedure, grep: 'y' } },
      "procedure.grep: expected the last word of procedure.text, found 'y'",
    ],
  ])('%j, beyond what its schema can say', (change, complaint) => {
    const failure = refusal(() => readControl({ ...socket, ...change }, 'docker-socket.json'));
    expect(failure.message).toBe(`cannot use template 'docker-socket.json': ${complaint}`);
  });

  it.each([
    [[], 'title: missing'],
    [7, 'expected an object, found 7'],
    [null, 'expected an object, found null'],
    ['x', "expected an object, found 'x'"],
  ])('%j instead of an object', (template, complaint) => {
    const failure = refusal(() => readControl(template, '/etc/my controls/x\u001b.json'));
    expect(failure.message).toBe(
      `cannot use template '/etc/my controls/x\\x1b.json': ${complaint}`,
    );
  });
});

describe('a right control', () => {
  it('has the name of its file as slug, and its permissions as letters', () => {
    const control = readControl(socket, '/etc/dockaudit/controls/docker-socket.json');
    expect(control).toMatchObject({ slug: 'docker-socket', required: ['w', 'a'] });
    expect(control).not.toHaveProperty('$schema');
    expect(control).not.toHaveProperty('permissions');
  });
});

describe('a wrong benchmark names file and field', () => {
  it.each<[Json, string]>([
    [{ title: undefined }, 'title: missing'],
    [{ id: 'x' }, 'id: unknown field'],
    [{ sections: {} }, 'sections: expected a list, found an object'],
    [{ sections: [] }, 'sections: expected at least one section, found a list'],
    [{ sections: [{ ...entry, level: 3 }] }, 'sections[0].level: expected 1 or 2, found 3'],
    [
      { sections: [{ ...entry, number: '1.2.x' }] },
      "sections[0].number: expected a number such as '1.2.3', found '1.2.x'",
    ],
    [
      { sections: [{ ...entry, unverified: true }] },
      'sections[0].unverified: expected one paragraph of text, found true',
    ],
    [
      { sections: [{ ...entry, also: [{ kind: 'path', path: 'run/docker.sock' }] }] },
      `sections[0].also[0].path: ${path}, found 'run/docker.sock'`,
    ],
    [
      { sections: [{ ...entry, literalPath: '/usr/bin/' }] },
      `sections[0].literalPath: ${path}, found '/usr/bin/'`,
    ],
    [
      { sections: [{ ...entry, procedure: { text: 'auditctl -l' } }] },
      'sections[0].procedure.grep: missing',
    ],
    [{ sections: [entry, { ...entry, control: undefined }] }, 'sections[1].control: missing'],
    [{ sections: [{ ...entry, page: 3 }] }, 'sections[0].page: unknown field'],
  ])('%j', (change, complaint) => {
    const template: unknown = JSON.parse(JSON.stringify({ ...book, ...change }));
    const failure = refusal(() => readBenchmark(template, 'cis-docker-1.2.0.json', controls));
    expect(failure.message).toBe(`cannot use template 'cis-docker-1.2.0.json': ${complaint}`);
    expect(failure.advice).toBe('templates/schema/benchmark.schema.json describes every field');
    expect(isBenchmark(template)).toBe(false);
  });

  it.each<[Json, string]>([
    [
      { sections: [entry, { ...entry, control: 'docker-socket' }] },
      "sections[1].number: expected each number once, found '1.2.3'",
    ],
    [
      { sections: [entry, { ...entry, number: '1.2.7' }] },
      "sections[1].control: expected each control once, found 'docker-daemon'",
    ],
    [
      { sections: [{ ...entry, control: 'docker-deamon' }] },
      "sections[0].control: expected 'docker-daemon', found 'docker-deamon'",
    ],
    [
      { sections: [{ ...entry, control: 'containerd' }] },
      "sections[0].control: expected one of docker-daemon, docker-socket, found 'containerd'",
    ],
    [
      { sections: [{ ...entry, procedure: { text: 'auditctl -l | grep x', grep: 'y' } }] },
      "sections[0].procedure.grep: expected the last word of sections[0].procedure.text, found 'y'",
    ],
  ])('%j, beyond what its schema can say', (change, complaint) => {
    const failure = refusal(() => readBenchmark({ ...book, ...change }, 'x.json', controls));
    expect(failure.message).toBe(`cannot use template 'x.json': ${complaint}`);
  });
});

describe('a right benchmark', () => {
  const section = { ...entry, literalPath: '/opt/dockerd', procedure: { text: 'a b', grep: 'b' } };
  const read = readBenchmark({ ...book, sections: [section] }, 'x.json', controls);

  it('prints its own path and command, and leaves the rest to the control', () => {
    const [first] = read.sections;
    expect(first?.control).toMatchObject({
      slug: 'docker-daemon',
      literalPath: '/opt/dockerd',
      title: daemon.title,
      procedure: { text: 'a b', grep: 'b', description: daemon.procedure.description },
    });
    expect(daemon.literalPath).toBe('/usr/bin/dockerd');
  });
});
