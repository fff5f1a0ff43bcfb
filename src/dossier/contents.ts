/** The files of a dossier: the report, the host before and after, what differs between the two. */

import type { Facts } from '../discover/facts.ts';
import type { FileImage } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { patchText } from '../report/diff.ts';
import { reportJson } from '../report/json.ts';
import type { Report } from '../report/report.ts';
import { decode, encode } from '../text.ts';
import type { Proof } from '../verify/proof.ts';
import { hostIdOf, type DossierFile } from './manifest.ts';

/** The host as a run found it, and as it left it. */
export interface Looks {
  readonly before: Facts;
  /** Absent where the run changed nothing. */
  readonly after?: Facts;
}

/** @param report without its own evidence */
export async function contentsOf(
  report: Report,
  { before, after }: Looks,
): Promise<readonly DossierFile[]> {
  const planned = after || !report.plan ? [] : report.plan.edits;
  return [
    { path: 'report.json', bytes: encode(`${await reportJson(reportFor(report))}\n`) },
    ...standingOf('before', before),
    ...(after ? standingOf('after', after) : []),
    ...(after ? await patch('changes.patch', filesOf(before), filesOf(after)) : []),
    ...(await patch('planned.patch', imagesOf(planned, 'before'), imagesOf(planned, 'after'))),
    ...(report.proofs ?? []).flatMap(recordsOf),
  ];
}

/** What the log holds of our own events at the places of a control; nothing where there is nothing. */
function recordsOf({ control, places }: Proof): readonly DossierFile[] {
  const records = places.flatMap((place) => place.records);
  const bytes = encode(records.map((record) => `${record}\n`).join(''));
  return records.length === 0 ? [] : [{ path: `proof/${control}.log`, bytes }];
}

/**
 * The machine-id is confidential, machine-id(5): another one stands for it. Each rule and its line
 * are left out: table and files lie beside.
 */
function reportFor({ rules: _unused, ...report }: Report): Report {
  const { facts } = report;
  const machineId = hostIdOf(facts.machine.machineId) ?? '';
  return { ...report, facts: { ...facts, machine: { ...facts.machine, machineId } } };
}

/** Table, status and rule files. */
function standingOf(when: 'before' | 'after', facts: Facts): readonly DossierFile[] {
  const { listing, kernel } = facts;
  const taken = new Set<string>();
  return [
    ...(listing ? [{ path: `${when}/table.txt`, bytes: encode(listing.stdout) }] : []),
    ...(kernel.kind === 'reachable'
      ? [{ path: `${when}/status.txt`, bytes: encode(statusText(kernel)) }]
      : []),
    ...[...filesOf(facts)].map(([path, { bytes, mode, uid, gid }]) => ({
      path: `${when}/files${nameFor(path, taken)}`,
      bytes,
      origin: { path, mode, uid, gid },
    })),
  ];
}

/** What `auditctl -s` said, as far as it is read. */
function statusText({
  status,
  pid,
  lost,
  backlog,
}: Facts['kernel'] & { kind: 'reachable' }): string {
  const { enabled, failure, rateLimit, backlogLimit, backlogWaitTime, loginuidImmutable } = status;
  return [
    `enabled ${enabled}`,
    `failure ${failure}`,
    `pid ${pid}`,
    `rate_limit ${rateLimit}`,
    `backlog_limit ${backlogLimit}`,
    `lost ${lost}`,
    `backlog ${backlog}`,
    `backlog_wait_time ${backlogWaitTime}`,
    `loginuid_immutable ${loginuidImmutable ? '1 locked' : '0 unlocked'}`,
    '',
  ].join('\n');
}

type Images = ReadonlyMap<AbsolutePath, Pick<FileImage, 'bytes' | 'mode' | 'uid' | 'gid'>>;

/** What the loader reads, and what it writes. */
function filesOf({ persistent, entries }: Facts): Images {
  const { files, generated } = persistent;
  const entry = generated && entries.get(generated.path);
  const made: Images =
    entry && generated.present !== undefined
      ? new Map([[generated.path, { ...entry, bytes: encode(generated.present) }]])
      : new Map();
  return new Map([...files.map(({ path, image }) => [path, image] as const), ...made]);
}

function imagesOf(edits: NonNullable<Report['plan']>['edits'], when: 'before' | 'after'): Images {
  return new Map(
    edits.flatMap((edit) => {
      const image = edit[when];
      return image ? [[edit.path, image] as const] : [];
    }),
  );
}

/** Plain on any system: other characters become `_`, and a name that is taken gets a number. */
function nameFor(path: AbsolutePath, taken: Set<string>): string {
  const plain = path.replace(/[^\w./-]/g, '_');
  let name = plain;
  for (let count = 2; taken.has(name); count++) name = `${plain}-${count}`;
  taken.add(name);
  return name;
}

/** Nothing where nothing differs. */
async function patch(path: string, before: Images, after: Images): Promise<readonly DossierFile[]> {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const parts = await Promise.all(
    paths.map((one) =>
      patchText({ path: one, before: textOf(before.get(one)), after: textOf(after.get(one)) }),
    ),
  );
  const whole = parts.join('');
  return whole === '' ? [] : [{ path, bytes: encode(whole) }];
}

function textOf(image: Pick<FileImage, 'bytes'> | undefined): string | undefined {
  return image && decode(image.bytes);
}
