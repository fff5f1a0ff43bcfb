/** `dockaudit events`: what the rules caught, as the log of this host tells it. */

import { readAccounts } from '../discover/accounts.ts';
import { readAuditdConf } from '../discover/auditd-conf.ts';
import { discover } from '../discover/discover.ts';
import type { Facts } from '../discover/facts.ts';
import { foldRecorded } from '../discover/recorded.ts';
import { readLinks, readWatched } from '../discover/watched.ts';
import { ExitStatus, HostFailure, PrivilegeFailure } from '../errors.ts';
import { catching } from '../evaluate/caught.ts';
import { parentOf } from '../paths.ts';
import { describeEvents } from '../report/events.ts';
import type { EventsReport } from '../report/report.ts';
import { counted } from '../text.ts';
import type { Context } from './context.ts';
import { deliverText } from './deliver.ts';
import { momentOf } from './since.ts';

export async function events(context: Context): Promise<number> {
  const { host, run, options, benchmark, sections, live } = context;
  const now = host.clock.now();
  const since = momentOf(options.since, now);
  const isChosen = options.control.length > 0 || options.level !== undefined;
  const looked = isChosen ? sections : benchmark.sections;
  const facts = await discover(host, looked, { live, includeAbsent: false, quick: true });
  const [watched, links, { users }] = await Promise.all([
    readWatched(host, looked, facts.places),
    readLinks(host, looked),
    readAccounts(host),
  ]);
  const key = isChosen ? undefined : options.key;
  const { value, ...log } = await readLog(context, () =>
    foldRecorded(host, since, () => catching({ watched, links, key })),
  );
  if (log.files.length === 0) await requireLog(context, facts);
  const report: EventsReport = {
    ...value,
    run,
    since: since.toISOString(),
    until: now.toISOString(),
    controls: isChosen ? looked.map(({ number }) => number) : undefined,
    log,
    users: new Map([...users].map(([name, id]) => [id, name] as const).toReversed()),
    notes: [...logNotes(log, value.isCut), ...recordingNotes(facts)],
    exitCode: ExitStatus.ok,
  };
  if (options.format === 'json') {
    const { eventsJson } = await import('../report/events-json.ts');
    await deliverText(context, () => eventsJson(report));
  } else await deliverText(context, (style) => describeEvents(report, style));
  return report.exitCode;
}

/** Who may not read the log is told how he may. */
async function readLog<T>({ self }: Context, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof HostFailure && (cause.code === 'EACCES' || cause.code === 'EPERM'))
      throw new PrivilegeFailure(cause.message, `sudo ${self.join(' ')} events`, cause);
    throw cause;
  }
}

/** An empty log says that nothing happened; none says nothing. @throws HostFailure */
async function requireLog({ host, self }: Context, { storage, consumer }: Facts): Promise<void> {
  const { logFile } = storage;
  if ((await host.look(logFile)) !== undefined) return;
  const conf = await readAuditdConf(host);
  const isOff =
    /^no$/i.test(conf.get('write_logs') ?? '') || /^nolog$/i.test(conf.get('log_format') ?? '');
  const why = isOff
    ? 'auditd.conf has auditd write none'
    : consumer.kind === 'other'
      ? `${consumer.name} takes the events, and nobody knows where it keeps them`
      : 'auditd has never written one here';
  const mend = isOff
    ? "set 'write_logs = yes' and a log_format other than NOLOG in /etc/audit/auditd.conf"
    : `'${self.join(' ')} check' says what is wanting`;
  throw new HostFailure(
    `cannot read events: there is no log in ${parentOf(logFile)}, for ${why}`,
    mend,
    'ENOENT',
  );
}

function logNotes(
  { skippedBytes, unreadable, logFile }: EventsReport['log'],
  isCut: boolean,
): readonly string[] {
  return [
    ...(skippedBytes > 0
      ? [
          `the log is too long to be read whole: its oldest ${skippedBytes} bytes were left out; a later --since, or 'ausearch -if ${logFile}', helps`,
        ]
      : []),
    ...(isCut ? ['too many different things happened: the oldest of them are left out'] : []),
    ...(unreadable > 0
      ? [`${counted(unreadable, 'line')} of the log ${unreadable === 1 ? 'is' : 'are'} no record`]
      : []),
  ];
}

/** Why the log may be silent, as the host stands now. */
function recordingNotes({ kernel, consumer }: Facts): readonly string[] {
  if (kernel.kind !== 'reachable') return [];
  if (kernel.enabled === 'off') return ['audit is switched off now: nothing is being recorded'];
  if (consumer.kind === 'none') return ['auditd does not run now: nothing is being recorded'];
  if (consumer.kind === 'other')
    return [`${consumer.name} takes the events now, not auditd: this log is not its`];
  return consumer.discards === undefined ? [] : [`nothing is being kept: ${consumer.discards}`];
}
