/** systemctl and service of the practice host. Source: systemd 252; docker units do nothing. */

import { absolutePath } from '../../paths.ts';
import { reboot } from './build.ts';
import { answer, linesText, type Answer, type Machine, type Program } from './machine.ts';
import { isRunning, startDaemon, stopDaemon } from './daemon.ts';
import { readUnit, type UnitFile } from './units.ts';

/** Where units are pulled in at boot. */
const TARGETS = ['multi-user.target', 'sysinit.target', 'sockets.target'];

/** `service NAME ACTION` of a host with systemd. */
export const service: Program = (machine, [, name = '', action = '']) =>
  systemctl(machine, ['systemctl', action, name]);

/** The verbs that dockaudit and a person at practice need. */
export const systemctl: Program = (machine, [, action = '', ...args]) => {
  const names = args.filter((arg) => !arg.startsWith('-')).map(unitName);
  switch (action) {
    case 'show':
      return show(machine, args);
    case 'is-active':
      return isActive(machine, names);
    case 'daemon-reload':
      return answer(0);
    case 'reboot':
      reboot(machine);
      return answer(0);
    case 'start':
    case 'stop':
    case 'restart':
      return firstFailure(names.map((name) => () => act(machine, action, name)));
    default:
      return answer(1, '', `Unknown command verb ${action}.\n`);
  }
};

function unitName(name: string): string {
  return /\.(?:service|socket|target|mount)$/.test(name) ? name : `${name}.service`;
}

function firstFailure(steps: ReadonlyArray<() => Answer>): Answer {
  for (const step of steps) {
    const given = step();
    if (given.status !== 0) return given;
  }
  return answer(0);
}

function act(machine: Machine, action: 'start' | 'stop' | 'restart', name: string): Answer {
  const unit = readUnit(machine.tree, name);
  const failed = `Failed to ${action} ${name}: `;
  if (unit.load === 'not-found') return answer(5, '', `${failed}Unit ${name} not found.\n`);
  if (unit.load === 'masked') return answer(1, '', `${failed}Unit ${name} is masked.\n`);
  if (action !== 'start' && unit.settings.get('RefuseManualStop')?.at(-1) === 'yes')
    return answer(
      4,
      '',
      `${failed}Operation refused, unit ${name} may be requested by ${REFUSED}\n`,
    );
  if (name !== 'auditd.service') return action === 'stop' ? answer(0) : runOnce(machine, unit);
  if (action !== 'start') stop(machine, unit);
  if (action === 'stop' || isRunning(machine)) return answer(0);
  // What is required is waited for; without it the unit stays stopped. Seen on Debian 13, audit 4.0.2.
  if (pulledIn(machine, unit, 'Requires').some((each) => runOnce(machine, each).status !== 0))
    return answer(1, '', DEPENDENCY_FAILED);
  startDaemon(machine);
  for (const each of pulledIn(machine, unit, 'Wants')) runOnce(machine, each);
  for (const line of unit.settings.get('ExecStartPost') ?? []) {
    const { status } = execute(machine, line);
    if (status === 0 || line.startsWith('-')) continue;
    stopDaemon(machine);
    return answer(1, '', FAILED);
  }
  return answer(0);
}

/** Units that load rules beside auditd's own: audit-rules.service, since audit 4.0. */
function pulledIn(machine: Machine, unit: UnitFile, setting: 'Requires' | 'Wants') {
  return (unit.settings.get(setting) ?? [])
    .flatMap((value) => value.split(/\s+/))
    .map((name) => readUnit(machine.tree, name))
    .filter(({ load, settings }) => load === 'loaded' && isOneshot(settings));
}

function isOneshot(settings: UnitFile['settings']): boolean {
  return settings.get('Type')?.at(-1) === 'oneshot';
}

function runOnce(machine: Machine, { settings }: UnitFile): Answer {
  if (!isOneshot(settings)) return answer(0);
  const failed = (settings.get('ExecStart') ?? []).some(
    (line) => execute(machine, line).status !== 0 && !line.startsWith('-'),
  );
  return failed ? answer(1, '', FAILED) : answer(0);
}

const DEPENDENCY_FAILED = `A dependency job for auditd.service failed. See 'journalctl -xe' for details.
`;
const REFUSED =
  'dependency only (it is configured to refuse manual start/stop).\nSee system logs for details.';
const FAILED = `Job for auditd.service failed because the control process exited with error code.
See "systemctl status auditd.service" and "journalctl -xeu auditd.service" for details.
`;

function stop(machine: Machine, unit: UnitFile): void {
  stopDaemon(machine);
  for (const line of unit.settings.get('ExecStopPost') ?? []) execute(machine, line);
}

function execute(machine: Machine, line: string): Answer {
  return machine.run(wordsOf(line));
}

function wordsOf(line: string): readonly string[] {
  return line.replace(/^[-@:+!|]+/, '').split(/\s+/);
}

function isActive(machine: Machine, names: readonly string[]): Answer {
  const states = names.map((name) => activeState(machine, name));
  return answer(states.includes('active') ? 0 : 3, linesText(states));
}

function activeState(machine: Machine, name: string): 'active' | 'inactive' {
  if (readUnit(machine.tree, name).load !== 'loaded') return 'inactive';
  return name !== 'auditd.service' || isRunning(machine) ? 'active' : 'inactive';
}

/** `-p NAME`, `-pNAME`, `--property=NAME` and `--value`, in blocks parted by an empty line. */
function show(machine: Machine, args: readonly string[]): Answer {
  const properties: string[] = [];
  const names: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    const [, attached] = /^(?:-p|--property=)(.*)$/s.exec(arg) ?? [];
    if (attached !== undefined)
      properties.push(...(attached === '' ? (args[(at += 1)] ?? '') : attached).split(','));
    else if (!arg.startsWith('-')) names.push(unitName(arg));
  }
  const isBare = args.includes('--value');
  const blocks = names.map((name) =>
    properties.flatMap((property) =>
      valuesOf(machine, name, property).map((value) => (isBare ? value : `${property}=${value}`)),
    ),
  );
  return answer(0, blocks.map(linesText).join('\n'));
}

/** A setting that is a list of commands has a line for each, or none. */
function valuesOf(machine: Machine, name: string, property: string): readonly string[] {
  const unit = readUnit(machine.tree, name);
  switch (property) {
    case 'Id':
      return [name];
    case 'LoadState':
      return [unit.load];
    case 'ActiveState':
      return [activeState(machine, name)];
    case 'FragmentPath':
      return [unit.fragment];
    case 'DropInPaths':
      return [unit.dropIns.join(' ')];
    case 'MainPID':
      return [String(name === 'auditd.service' ? machine.state.daemon.pid : 0)];
    case 'UnitFileState':
      return [wantedBy(machine, name).length > 0 ? 'enabled' : 'disabled'];
    case 'WantedBy':
      return [wantedBy(machine, name).join(' ')];
    case 'RequiredBy':
      return [''];
    case 'RefuseManualStop':
      return [unit.settings.get(property)?.at(-1) ?? 'no'];
    default:
      return property.startsWith('Exec')
        ? (unit.settings.get(property) ?? []).map(commandText)
        : [(unit.settings.get(property) ?? []).join(' ')];
  }
}

/** Whose links, of an administrator or of a package, pull the unit in. */
function wantedBy({ tree }: Machine, name: string): readonly string[] {
  return TARGETS.filter(
    (target) =>
      tree.look(absolutePath(`/etc/systemd/system/${target}.wants/${name}`)) !== undefined,
  );
}

function commandText(line: string): string {
  const words = wordsOf(line);
  const ignores = /^[@:+!|]*-/.test(line) ? 'yes' : 'no';
  const times = 'start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0';
  return `{ path=${words[0] ?? ''} ; argv[]=${words.join(' ')} ; ignore_errors=${ignores} ; ${times} }`;
}
