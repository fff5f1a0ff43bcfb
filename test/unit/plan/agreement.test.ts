/** Lines for outside judges on controls of other kinds, and why a line for them is not written. */

import { describe, expect, it } from 'vitest';
import type { Control, Section } from '../../../src/controls/control.ts';
import { benchmark } from '../../../src/controls/load.ts';
import { discover } from '../../../src/discover/discover.ts';
import type { Facts, Target } from '../../../src/discover/facts.ts';
import { evaluate } from '../../../src/evaluate/evaluate.ts';
import type { Finding } from '../../../src/evaluate/finding.ts';
import { absolutePath } from '../../../src/paths.ts';
import { agree } from '../../../src/plan/agreement.ts';
import { linesFor } from '../../../src/plan/lines.ts';
import { goldenHost, parseManifest } from '../../support/golden.ts';

const [daemon] = benchmark('cis-docker-1.2.0').sections;
const OPTIONS = { key: 'docker', style: 'watch', procedure: false, strict: false } as const;

/** A control like the daemon's that watches `path`, found there. */
function sectionOf(slug: string, path: string, more: Partial<Control> = {}): Section {
  if (daemon === undefined) throw new Error('the benchmark has no section');
  const literalPath = absolutePath(path);
  const procedure = { ...daemon.control.procedure, grep: path, text: `auditctl -l | grep ${path}` };
  const place = { kind: 'path', path: literalPath } as const;
  return {
    ...daemon,
    control: { ...daemon.control, slug, place, literalPath, procedure, ...more },
  };
}

async function judged(
  section: Section,
  files: Readonly<Record<string, readonly string[]>>,
  directories: readonly string[] = [],
): Promise<{ readonly facts: Facts; readonly finding: Finding; readonly target: Target }> {
  const manifest = { situation: '', source: '', files, directories };
  const expected = { exit: 0, verdicts: {} };
  using made = await goldenHost(parseManifest(JSON.stringify({ ...manifest, expected })));
  const seen = await discover(made.host, [section], { live: true, includeAbsent: false });
  const path = section.control.literalPath;
  const target = { path, required: true, recursive: section.control.recursive, why: 'it counts' };
  const place = { kind: 'found', targets: [target], notes: [] } as const;
  const facts = { ...seen, places: new Map([[section.control.slug, place]]) };
  const [finding] = evaluate([section], facts, OPTIONS);
  if (finding === undefined) throw new Error('nothing was judged');
  return { facts, finding, target };
}

describe('on a control that gets a line', () => {
  it.each([
    ['docker-defaults', '/etc/default/docker'],
    ['docker-daemon-config', '/etc/docker/daemon.json'],
    ['containerd', '/usr/bin/containerd'],
    ['containerd-shim-runc-v2', '/usr/bin/containerd-shim-runc-v2'],
  ])('%s: all agree on the line for %s', async (slug, path) => {
    const { facts, finding, target } = await judged(sectionOf(slug, path), { [path]: ['x'] });
    const lines = linesFor(finding, target, facts, OPTIONS);
    expect(
      agree({ open: [finding], short: [], unsilenced: [] }, lines, facts, OPTIONS),
    ).toMatchObject({ lines: [], notes: [] });
  });

  it("a data root has dev-sec's slash against the others", async () => {
    const section = sectionOf('docker-data-root', '/var/lib/docker', { recursive: true });
    const { facts, finding, target } = await judged(section, {}, ['/var/lib/docker']);
    const lines = linesFor(finding, target, facts, OPTIONS);
    const { notes, lines: more } = agree(
      { open: [finding], short: [], unsilenced: [] },
      lines,
      facts,
      OPTIONS,
    );
    expect(more).toEqual([]);
    expect(notes).toEqual([
      "1.2.3: dev-sec's profile stays unhappy: it looks for the line '-w /var/lib/docker/ -p rwxa " +
        "-k docker', and a watch is listed without that slash",
    ]);
  });

  it('another key than the book has is told, and no second rule is written for it', async () => {
    const path = '/etc/default/docker';
    const { facts, finding, target } = await judged(sectionOf('docker-defaults', path), {
      [path]: ['x'],
    });
    const options = { ...OPTIONS, key: 'containers' };
    const lines = linesFor(finding, target, facts, options);
    const { notes, lines: more } = agree(
      { open: [finding], short: [], unsilenced: [] },
      lines,
      facts,
      options,
    );
    expect(more).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/^1\.2\.3: dev-sec's .* or another key$/)]);
  });

  it('of two copies of runc each judge gets its own', async () => {
    const section = sectionOf('runc', '/usr/bin/runc');
    const files = { '/usr/bin/runc': ['x'], '/usr/sbin/runc': ['x'] };
    const other = sectionOf('runc', '/usr/sbin/runc');
    const { facts, finding, target } = await judged(section, files);
    const world = { ...facts.world, paths: new Map(facts.world.paths) };
    world.paths.set('/usr/sbin/runc', {
      kind: 'file',
      place: other.control.literalPath,
      mount: absolutePath('/'),
    });
    const lines = linesFor(finding, target, facts, OPTIONS);
    const agreed = agree(
      { open: [finding], short: [], unsilenced: [] },
      lines,
      { ...facts, world },
      OPTIONS,
    );
    expect(agreed.lines.map(({ text }) => text)).toEqual(['-w /usr/sbin/runc -k docker']);
    expect(agreed.notes).toEqual([]);
  });

  it('rules in the syscall style are nobody else to please', async () => {
    const options = { ...OPTIONS, style: 'syscall' } as const;
    const path = '/etc/default/docker';
    const { facts, finding, target } = await judged(sectionOf('docker-defaults', path), {
      [path]: ['x'],
    });
    const lines = linesFor(finding, target, facts, options);
    expect(
      agree({ open: [finding], short: [], unsilenced: [] }, lines, facts, options),
    ).toMatchObject({ lines: [], notes: [] });
  });
});

describe("the book's own line", () => {
  it('is never written where its directory is missing', async () => {
    const section = sectionOf('docker-daemon', '/opt/none/dockerd', { place: { kind: 'daemon' } });
    const { facts, finding } = await judged(section, {});
    const options = { ...OPTIONS, procedure: true };
    const agreed = agree({ open: [], short: [finding], unsilenced: [] }, [], facts, options);
    expect(agreed).toMatchObject({ lines: [], rules: [], served: [] });
    expect(agreed.notes).toEqual([
      "1.2.3: the book's command stays unhappy: it looks for /opt/none/dockerd, and the directory " +
        'of /opt/none/dockerd does not exist: such a line stops the load',
    ]);
  });
});
