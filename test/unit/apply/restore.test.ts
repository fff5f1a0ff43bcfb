/** Going back where the disk is full: the file that is loaded comes before the copy that is not. */

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HostFailure } from '../../../src/errors.ts';
import type { Host } from '../../../src/host/host.ts';
import { absolutePath } from '../../../src/paths.ts';
import { dockaudit, readFailure } from '../../support/golden.ts';
import { practised, type Practised } from '../../support/hosts.ts';
import { standing } from '../../support/standing.ts';

const FIX = ['fix', '--yes', '--format', 'json'];
const UNDO = ['rollback', '--yes', '--format', 'json'];
const GENERATED = '/etc/audit/audit.rules';
const PREVIOUS = absolutePath(`${GENERATED}.prev`);

function refuse(): never {
  throw new HostFailure('cannot write: no space', 'df -h', 'ENOSPC');
}

/** Whose /etc/audit takes no new audit.rules until the copy of an older one is gone. */
function full({ host }: Practised, takesPrevious: boolean): Host {
  return {
    ...host,
    replace: async (path, image) => {
      if (path === GENERATED && (await host.look(PREVIOUS))) refuse();
      if (path === PREVIOUS && !takesPrevious) refuse();
      return host.replace(path, image);
    },
  };
}

/** A change on a host where augenrules had kept a copy before. */
async function fixed(made: Practised) {
  writeFileSync(made.root + PREVIOUS, '# of an earlier load\n');
  const before = await standing(made);
  expect((await dockaudit(made.host, FIX)).exit).toBe(0);
  return before;
}

it('gives up the copy, and brings it back afterwards', async () => {
  using made = await practised();
  const before = await fixed(made);
  const ended = await dockaudit(full(made, true), UNDO);
  expect(ended.exit, ended.stdout).toBe(0);
  expect((await standing(made)).files).toEqual(before.files);
});

it('and where there is no room for the copy, it alone is missing, and that is told', async () => {
  using made = await practised();
  const before = await fixed(made);
  const ended = await dockaudit(full(made, false), UNDO);
  expect(ended.exit, ended.stdout).toBe(5);
  expect(readFailure(ended).advice).toContain(PREVIOUS);
  const { 'audit.rules.prev': lost, ...rest } = before.files;
  expect(lost).toContain('# of an earlier load');
  expect((await standing(made)).files).toEqual(rest);
  expect(readFileSync(made.root + GENERATED, 'utf8')).not.toContain('docker');
});
