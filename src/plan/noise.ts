/**
 * How much each watch of a plan logs, and which are too loud for a host that stops when its log is
 * full. The figures behind it: docs/noise.md.
 */

import { valuesOf } from '../audit/match.ts';
import type { World } from '../audit/world.ts';
import type { Control } from '../controls/control.ts';
import type { Facts } from '../discover/facts.ts';
import type { Storage } from '../discover/storage.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { Line } from './lines.ts';
import type { LeftOut, Watch } from './plan.ts';

/** Each place that `lines` watch, once, however many lines it takes. */
export function watchesOf(
  lines: readonly Line[],
  findings: readonly Finding[],
  world: World,
): readonly Watch[] {
  const controls = new Map(findings.map(({ section }) => [section.number, section.control]));
  const watches = lines.map((line): Watch => ({
    control: line.control,
    path: line.target.path,
    permissions: valuesOf(line.rule, 'perm')[0] ?? 'rwxa',
    extent: extentOf(line, controls.get(line.control), world),
  }));
  return [...new Map(watches.map((watch) => [`${watch.control} ${watch.path}`, watch])).values()];
}

/** Why `finding` gets none of its `lines`, if one may fill the log of a host that stops then. */
export function tooLoud(
  finding: Finding,
  lines: readonly Line[],
  { storage, world }: Facts,
): readonly LeftOut[] {
  const [watch] = loud(watchesOf(lines, [finding], world), storage);
  if (!watch) return [];
  return [
    {
      control: watch.control,
      reason:
        `auditd.conf says ${storage.stopsHost.join(', ')}: a full log stops this host, ` +
        `and a rule on all of ${watch.path} may fill it`,
      mend:
        "'--accept-noise' writes the rule all the same; " +
        'or let auditd.conf say suspend or syslog there',
    },
  ];
}

/** What a person should know of the data roots among `watches` before saying yes. */
export function noiseNotes(watches: readonly Watch[], storage: Storage): readonly string[] {
  const accepted = loud(watches, storage).map(
    ({ control, path }) =>
      `${control}: --accept-noise: a rule on all of ${path}, and with ` +
      `${storage.stopsHost.join(', ')} a full log stops this host`,
  );
  const endless = isEndless(storage) ? watches.filter(({ extent }) => extent === 'dataRoot') : [];
  return [
    ...accepted,
    ...endless.map(
      ({ control, path }) =>
        `${control}: auditd gives up no old events ` +
        `(max_log_file_action = ${storage.maxLogFileAction}, num_logs = ${storage.numLogs}), ` +
        `so a rule on all of ${path} fills the disk some day`,
    ),
  ];
}

function isEndless({ maxLogFileAction, numLogs }: Storage): boolean {
  return maxLogFileAction === 'rotate' ? numLogs < 2 : maxLogFileAction !== 'suspend';
}

function loud(watches: readonly Watch[], storage: Storage): readonly Watch[] {
  return storage.stopsHost.length === 0
    ? []
    : watches.filter(({ extent }) => extent === 'dataRoot');
}

/**
 * `-w` on a directory watches all below it; one that is not there yet does so from the load on that
 * finds it. Source: audit_setup_watch_name, audit 3.0.9.
 */
function extentOf(line: Line, control: Control | undefined, { paths }: World): Watch['extent'] {
  const [watched] = valuesOf(line.rule, 'watch');
  const kind = watched === undefined ? undefined : (paths.get(watched)?.kind ?? 'absent');
  const isTree =
    valuesOf(line.rule, 'dir').length > 0 ||
    kind === 'directory' ||
    (kind === 'absent' && control?.recursive === true);
  if (!isTree) return 'path';
  return control?.place.kind === 'dataRoot' ? 'dataRoot' : 'directory';
}
