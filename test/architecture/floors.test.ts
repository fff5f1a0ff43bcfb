/** No import goes downstream, and each library has one home. The table is floors.ts. */

import { describe, expect, it } from 'vitest';
import { HOMES, MACHINES, PORT, PROCESS, ROOMS, roomOf, TYPES_ONLY, type Room } from './floors.ts';
import { child, sourceOf, sources, walk, word, type Import, type Source } from './sources.ts';

const house = sources();

/** Each law, broken by nobody; the message names file, import and law. */
function broken(law: (source: Source) => readonly string[]): readonly string[] {
  return house.flatMap(law);
}

function ruleOf(room: string): Room {
  const rule = ROOMS[room];
  if (rule === undefined) throw new RangeError(`no law for the room ${room}`);
  return rule;
}

/** Why `file` may not have this import, if so. */
function objection(file: string, { target, own, kind }: Import): string | undefined {
  if (!own || target.endsWith('.d.ts')) return undefined;
  const [from, to] = [roomOf(file), roomOf(target)];
  if (to === 'machines' && from === 'door' && !MACHINES.includes(target))
    return `the door opens ${MACHINES.join(', ')} and no other file of the machines`;
  if (from === to || (from === 'machines' && to === 'port')) return undefined;
  const { values, types, floor } = ruleOf(from);
  if (values.includes(to)) return undefined;
  if (types.includes(to))
    return kind === 'type'
      ? undefined
      : `${from} may name types of ${to}, and use none of its values`;
  return `${from} (floor ${floor}) may not know ${to} (floor ${ruleOf(to).floor})`;
}

const told = (file: string, { target, kind }: Import, law: string): string =>
  `src/${file} imports ${kind === 'static' ? '' : `(${kind}) `}'${target}': ${law}`;

describe('floors', () => {
  it('puts every file into a room', () => {
    expect(house.length).toBeGreaterThan(100);
    expect(() => house.map(({ file }) => roomOf(file))).not.toThrow();
  });

  it('lets no import go downstream', () => {
    const found = broken(({ file, imports }) =>
      imports.flatMap((one) => {
        const law = objection(file, one);
        return law === undefined ? [] : [told(file, one, law)];
      }),
    );
    expect(found).toEqual([]);
  });

  it('imports nothing outside of src but templates and the manifest', () => {
    const allowed = /^(?:\.\.\/)+(?:templates\/.+\.(?:json|txt)|package\.json)$/;
    const found = broken(({ file, imports }) =>
      imports
        .filter(({ target, own }) => !own && target.startsWith('.') && !allowed.test(target))
        .map((one) => told(file, one, 'the program is src/ and templates/')),
    );
    expect(found).toEqual([]);
  });

  it('knows no circle of files', () => {
    const values = new Map(
      house.map(({ file, imports }) => [
        file,
        imports.filter(({ own, kind }) => own && kind !== 'type').map(({ target }) => target),
      ]),
    );
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, way: readonly string[]): void => {
      const at = way.indexOf(file);
      if (at !== -1) circles.push([...way.slice(at), file].join(' → '));
      if (at !== -1 || done.has(file)) return;
      for (const next of values.get(file) ?? []) visit(next, [...way, file]);
      done.add(file);
    };
    for (const file of values.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });
});

describe('powers', () => {
  const GRANTED = {
    none: ['Host', 'EventMaker', 'HostReader'],
    reads: ['Host', 'EventMaker'],
    touches: ['Host'],
    writes: [],
  } as const;

  it('gives a room the port that its work needs, and no more', () => {
    const found = broken(({ file, imports }) => {
      const room = roomOf(file);
      const { power } = ruleOf(room);
      const refused: readonly string[] = GRANTED[power];
      return imports
        .filter(({ target }) => target === PORT)
        .flatMap((one) =>
          one.names.filter((name) => refused.includes(name)).map((name) => ({ one, name })),
        )
        .map(({ one, name }) => told(file, one, `${room} has the power '${power}', not ${name}`));
    });
    expect(found).toEqual([]);
  });

  it('keeps a dry run a call without a Host, not a flag', () => {
    const found = broken(({ file, body }) =>
      [...walk(body)]
        .filter(
          (node) => node.type === 'Identifier' && /^(?:is)?dryRun$/i.test(word(node, 'name') ?? ''),
        )
        .map(() => `src/${file} has dryRun: only commands/ may read what was asked`)
        .filter(() => roomOf(file) !== 'commands'),
    );
    expect(found).toEqual([]);
  });

  it('reads the process, the clock and chance nowhere but where the table says', () => {
    const found = broken(({ file, body }) => {
      const may = PROCESS.filter(({ at }) => file.startsWith(at)).flatMap(({ names }) => names);
      return [...walk(body)].flatMap((node): readonly string[] => {
        if (node.type === 'MemberExpression' && word(child(node, 'object'), 'name') === 'process') {
          const name = word(child(node, 'property'), 'name') ?? '?';
          return may.includes(name) ? [] : [`src/${file} touches process.${name}`];
        }
        if (node.type === 'Identifier' && word(node, 'name') === 'console')
          return [`src/${file} touches console: a Terminal speaks`];
        return [];
      });
    });
    expect(found).toEqual([]);
  });

  it('asks a Clock for the time, but for the door and the machines', () => {
    const found = broken(({ file, body, text }) =>
      ['door', 'machines'].includes(roomOf(file))
        ? []
        : [...walk(body)]
            .filter(
              (node) =>
                (node.type === 'NewExpression' &&
                  text.slice(node.start, node.end).startsWith('new Date()')) ||
                (node.type === 'MemberExpression' &&
                  /^(?:Date|performance)\.now$/.test(text.slice(node.start, node.end))),
            )
            .map((node) => `src/${file}: ${text.slice(node.start, node.end)}`),
    );
    expect(found).toEqual([]);
  });

  it.each(TYPES_ONLY)('%s holds types alone', (file) => {
    const source = house.find((one) => one.file === file);
    const running = (source?.body ?? [])
      .map((node) => child(node, 'declaration') ?? node)
      .filter(({ type }) => !/^(?:TSInterface|TSTypeAlias|Import)|^ExportNamed/.test(type));
    expect(source).toBeDefined();
    expect(running.map(({ type }) => type)).toEqual([]);
    expect(source?.imports.filter(({ kind }) => kind !== 'type')).toEqual([]);
  });
});

describe('libraries', () => {
  const libraries = house.flatMap(({ file, imports }) =>
    imports.filter(({ target }) => !/^\.|\.ts$/.test(target)).map((one) => ({ file, one })),
  );

  it('have one home each', () => {
    const homeless = libraries.filter(
      ({ file, one }) =>
        one.kind !== 'type' &&
        !HOMES.some(
          ({ library, at, lazily }) =>
            library === one.target &&
            at.some((home) => (home.endsWith('/') ? file.startsWith(home) : file === home)) &&
            (!lazily || one.kind === 'dynamic'),
        ),
    );
    expect(
      homeless.map(({ file, one }) =>
        told(file, one, `its home is ${homesOf(one.target) || 'not in this house'}`),
      ),
    ).toEqual([]);
  });

  it('lend their types to no room but their own', () => {
    const abroad = libraries.filter(
      ({ file, one }) =>
        one.kind === 'type' &&
        !HOMES.some(
          ({ library, at }) =>
            library === one.target && at.some((home) => roomOfHome(home) === roomOf(file)),
        ),
    );
    expect(abroad.map(({ file, one }) => told(file, one, homesOf(one.target)))).toEqual([]);
  });

  it('are all in use where the table says', () => {
    const idle = HOMES.flatMap(({ library, at }) =>
      at
        .filter(
          (home) =>
            !libraries.some(({ file, one }) => one.target === library && file.startsWith(home)),
        )
        .map((home) => `${library} is at home in src/${home}, which does not import it`),
    );
    expect(idle).toEqual([]);
  });

  it('cost nothing before they are needed: the door reaches no package by static imports', () => {
    const files = new Map(house.map((source) => [source.file, source]));
    const reached = new Set<string>();
    const packages = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { target, own, kind } of files.get(file)?.imports ?? []) {
        if (kind !== 'static') continue;
        if (own) visit(target);
        else if (!/^\.|^node:/.test(target)) packages.add(`${file} → ${target}`);
      }
    };
    visit('main.ts');
    visit('commands/check.ts');
    visit('host/linux.ts');
    expect([...packages]).toEqual([]);
  });
});

function homesOf(library: string): string {
  return HOMES.filter((home) => home.library === library)
    .flatMap(({ at }) => at)
    .join(', ');
}

function roomOfHome(home: string): string {
  return home === 'host/' ? 'machines' : home.endsWith('/') ? home.slice(0, -1) : roomOf(home);
}

describe('the reader of these laws', () => {
  const text = [
    "import { a, type B } from '../plan/plan.ts';",
    "import type { C } from 'execa';",
    "export { d } from './load.ts';",
    "const e = await import('../main.ts');",
    "type F = import('../errors.ts').Failure;",
  ].join('\n');

  it('sees every kind of import', () => {
    const { imports } = sourceOf('audit/example.ts', text);
    expect(imports.map(({ target, kind, names }) => [target, kind, ...names])).toEqual([
      ['plan/plan.ts', 'static', 'a'],
      ['plan/plan.ts', 'type', 'B'],
      ['execa', 'type', 'C'],
      ['audit/load.ts', 'static', 'd'],
      ['main.ts', 'dynamic'],
      ['errors.ts', 'type'],
    ]);
  });

  it('objects to what goes downstream, also lazily and as a type', () => {
    const { imports } = sourceOf('audit/example.ts', text);
    const objections = imports.map((one) => objection('audit/example.ts', one));
    expect(objections).toEqual([
      'audit (floor 1) may not know plan (floor 3)',
      'audit (floor 1) may not know plan (floor 3)',
      undefined,
      undefined,
      'audit (floor 1) may not know door (floor 7)',
      undefined,
    ]);
    const [values] = sourceOf('report/example.ts', text).imports;
    expect(values && objection('report/example.ts', values)).toBe(
      'report may name types of plan, and use none of its values',
    );
  });
});
