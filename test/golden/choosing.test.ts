/** Which controls a command line chooses, by the built program. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';

const EXAMPLE = fileURLToPath(new URL('../support/own-templates', import.meta.url));

const report = v.object({
  benchmark: v.string(),
  judged: v.string(),
  findings: v.array(v.object({ control: v.string(), slug: v.string(), verdict: v.string() })),
});

async function judged(args: string): Promise<v.InferOutput<typeof report>> {
  const { stdout, stderr } = await cli([...args.split(' '), '--format', 'json']);
  if (stdout === '') throw new Error(stderr);
  return v.parse(report, JSON.parse(stdout));
}

describe('the controls that are judged', () => {
  it.each([
    ['demo check', 'cis-docker-1.2.0', '2 of the 10', ['1.2.3', '1.2.7']],
    [
      'demo check --benchmark cis-docker-1.8.0',
      'cis-docker-1.8.0',
      '2 of the 16',
      ['1.1.3', '1.1.9'],
    ],
    [
      'demo check --benchmark cis-docker-1.7.0 --level 1',
      'cis-docker-1.7.0',
      '4 of the 16',
      ['1.1.3', '1.1.4', '1.1.5', '1.1.6'],
    ],
    [
      'demo check --control docker-etc,1.2.3 --control runc',
      'cis-docker-1.2.0',
      '3 of the 10',
      ['1.2.3', '1.2.5', '1.2.12'],
    ],
    [
      `demo check --templates ${EXAMPLE} --benchmark acme-containers-2.0 --all`,
      'acme-containers-2.0',
      '3 of the 3',
      ['4.1', '4.2', '4.3'],
    ],
  ])('%s', async (args, benchmark, count, controls) => {
    const document = await judged(args);
    expect(document.benchmark).toBe(benchmark);
    expect(document.judged).toMatch(new RegExp(`^${count} audit-rule controls of `));
    expect(document.findings.map(({ control }) => control)).toEqual(controls);
  });

  it('are each of the benchmark with --all', async () => {
    expect((await judged('demo check --all')).findings).toHaveLength(10);
    expect((await judged('demo check --all --benchmark cis-docker-1.3.1')).findings).toHaveLength(
      16,
    );
  });

  it.each([
    ['check --benchmark cis-docker-1.9.0', 'unknown benchmark'],
    ['check --all --control 1.2.3', '--all and --control exclude each other'],
    ['explain 1.1.4', 'add --benchmark cis-docker-1.3.1'],
    ['controls 1.2.3', "controls takes no '1.2.3'"],
    ['controls --templates /nonexistent', 'neither controls/ nor benchmarks/'],
  ])('cannot be chosen by %s', async (args, says) => {
    const { exit, stderr, stdout } = await cli(args.split(' '));
    expect({ exit, stdout }).toEqual({ exit: 64, stdout: '' });
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(says);
  });

  it('are those of the reviewed plan, whatever is asked when it is applied', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'dockaudit-choosing-'));
    try {
      const file = join(directory, 'plan.json');
      const host = ['demo', '--dir', join(directory, 'host'), '--format', 'json'];
      const choice = ['--templates', EXAMPLE, '--benchmark', 'acme-containers-2.0'];
      const planned = await cli([...host, 'plan', ...choice, '--control', '4.1', '-o', file]);
      expect(planned.exit).toBe(2);
      const applied = await cli([...host, 'fix', '--yes', '--plan', file]);
      expect(applied.exit).toBe(0);
      const { benchmark, findings } = v.parse(report, JSON.parse(applied.stdout));
      expect(benchmark).toBe('acme-containers-2.0');
      expect(findings).toEqual([
        expect.objectContaining({ control: '4.1', slug: 'docker-daemon', verdict: 'pass' }),
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

async function explained(name: string, version: string): Promise<string> {
  const args = ['explain', name, '--benchmark', `cis-docker-${version}`, '--exit-zero'];
  return (await cli(['demo', ...args])).stdout.replaceAll(/\s+/g, ' ');
}

describe('dockaudit explain', () => {
  it.each(['docker-daemon', '1.1.4', 'docker-data-root', '1.1.8', '1.1.11', '1.1.12', 'runc'])(
    'answers for %s',
    async (name) => {
      const args = ['demo', 'explain', name, '--benchmark', 'cis-docker-1.6.0', '--exit-zero'];
      const { exit, stdout } = await cli(args);
      expect(exit).toBe(0);
      expect(stdout).toContain(name);
      for (const part of ['What it asks', 'How this host stands', 'In other scanners'])
        expect(stdout).toContain(`\n${part}\n`);
    },
  );

  it('says what nobody saw, and what this version also names', async () => {
    expect(await explained('1.1.3', '1.4.0')).toContain('The level was not seen');
    expect(await explained('1.1.3', '1.6.0')).not.toContain('The level was not seen');
    expect(await explained('1.1.9', '1.7.0')).toContain('also names /run/docker.sock.');
    expect(await explained('1.2.7', '1.2.0')).not.toContain('also names');
  });
});

describe('dockaudit controls', () => {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  for (const name of ['control', 'catalogue']) {
    const url = new URL(`../../templates/schema/${name}.schema.json`, import.meta.url);
    ajv.addSchema(Object(JSON.parse(readFileSync(url, 'utf8'))));
  }
  const isCatalogue = ajv.getSchema('urn:dockaudit:schema:catalogue:1');

  it('is as its schema says, with every control and its number in every version', async () => {
    const { exit, stdout } = await cli(['controls', '--format', 'json', '--templates', EXAMPLE]);
    expect(exit).toBe(0);
    const document = JSON.parse(stdout);
    await isCatalogue?.(document);
    expect(isCatalogue?.errors).toBeNull();
    expect(document.benchmarks).toHaveLength(8);
    expect(document.controls).toHaveLength(17);
    expect(document.controls[0]).toMatchObject({
      slug: 'docker-daemon',
      permissions: { required: 'wxa', recommended: 'rwxa' },
      numbers: [
        { benchmark: 'cis-docker-1.2.0', number: '1.2.3', level: 1, unverified: false },
        { benchmark: 'cis-docker-1.3.1', number: '1.1.3', unverified: true },
        { benchmark: 'cis-docker-1.4.0', number: '1.1.3', unverified: true },
        { benchmark: 'cis-docker-1.5.0', number: '1.1.3', unverified: true },
        { benchmark: 'cis-docker-1.6.0', number: '1.1.3', unverified: false },
        { benchmark: 'cis-docker-1.7.0', number: '1.1.3', unverified: false },
        { benchmark: 'cis-docker-1.8.0', number: '1.1.3', unverified: true },
        { benchmark: 'acme-containers-2.0', number: '4.1', unverified: false },
      ],
    });
  });

  it('begins with those of the chosen benchmark, and says what others call each', async () => {
    const { exit, stdout } = await cli(['controls', '--benchmark', 'cis-docker-1.6.0']);
    expect(exit).toBe(0);
    const heads = stdout.split('\n').filter((line) => /^(?:[\d.]+|–) {2}\S/.test(line));
    expect(heads.slice(0, 2)).toEqual(['1.1.3  docker-daemon', '1.1.4  run-containerd']);
    expect(heads).toHaveLength(16);
    expect(stdout).toContain('1.4.0*');
    expect(stdout).toContain('docker-bench-security 1.6.0: check_1_1_3');
    expect(stdout).toMatch(/^\* number or level was not seen/m);
  });

  it('lists some of them if some are asked for', async () => {
    const { stdout } = await cli(['controls', '--control', 'runc', '--format', 'json']);
    expect(JSON.parse(stdout).controls).toMatchObject([{ slug: 'runc' }]);
  });
});
