/** Every option of the command line, a row each: parsing, help and docs/cli.md come from it. */

import { EVIDENCE_ROWS } from './evidence-options.ts';
import { TALK_ROWS } from './talk-options.ts';

/** One option, the same word for every command that takes it. */
export interface OptionRow {
  readonly name: string;
  readonly type: 'boolean' | 'string';
  readonly multiple?: true;
  readonly short?: string;
  /** How help names the value. */
  readonly value?: string;
  readonly oneOf?: readonly string[];
  readonly help: string;
}

export const OPTIONS: readonly OptionRow[] = [
  { name: 'yes', short: 'y', type: 'boolean', help: 'answer every question with yes' },
  { name: 'dry-run', short: 'n', type: 'boolean', help: 'stop after the diffs; change nothing' },
  {
    name: 'control',
    type: 'string',
    multiple: true,
    value: 'ID',
    help: 'judge this control only, by number or slug, such as 1.2.3 (repeatable)',
  },
  { name: 'all', type: 'boolean', help: 'judge each audit control of the benchmark' },
  {
    name: 'level',
    type: 'string',
    value: '1|2',
    oneOf: ['1', '2'],
    help: "judge the controls of the benchmark's level; 2 contains 1",
  },
  {
    name: 'benchmark',
    type: 'string',
    value: 'ID',
    help: 'version of the book (default cis-docker-1.2.0)',
  },
  {
    name: 'templates',
    type: 'string',
    value: 'DIR',
    help: 'add the controls and benchmarks of your own that DIR holds',
  },
  {
    name: 'format',
    type: 'string',
    value: 'text|json',
    oneOf: ['text', 'json'],
    help: 'how the report is written; json never asks',
  },
  {
    name: 'output',
    short: 'o',
    type: 'string',
    value: 'FILE',
    help: 'write the report to FILE instead of stdout',
  },
  ...EVIDENCE_ROWS,
  {
    name: 'root',
    type: 'string',
    value: 'DIR',
    help: 'an image or chroot: its files only, no kernel',
  },
  {
    name: 'state',
    type: 'string',
    value: 'DIR',
    help: 'where changes are kept (default /var/lib/dockaudit)',
  },
  {
    name: 'confirm-within',
    type: 'string',
    value: 'TIME',
    help: 'fix: undo the change unless it is confirmed in time, such as 120s, 5m or 1h',
  },
  {
    name: 'prove',
    type: 'boolean',
    help: 'fix: then make an event at each place and find it in the log (a session does where auditd runs)',
  },
  { name: 'no-prove', type: 'boolean', help: 'fix: make no event' },
  {
    name: 'touch',
    type: 'boolean',
    help: 'prove: set a mode to what it is where no reading is recorded; ctime moves',
  },
  {
    name: 'since',
    type: 'string',
    value: 'TIME',
    help: 'events: how far back, such as 30m, 24h, 7d or 2026-01-20T08:00 (default 24h)',
  },
  {
    name: 'check-after-boot',
    type: 'boolean',
    help: 'fix: have systemd look once after the next boot, and write that to the history',
  },
  { name: 'no-restart', type: 'boolean', help: 'never restart auditd' },
  { name: 'restart', type: 'boolean', help: 'restart auditd even where it would hurt' },
  {
    name: 'reload',
    type: 'boolean',
    help: 'reload all rules even where that changes more than ours',
  },
  { name: 'key', type: 'string', value: 'NAME', help: 'key of our rules (default docker)' },
  {
    name: 'file',
    type: 'string',
    value: 'NAME',
    help: 'name of our rules file (default zz-docker.rules)',
  },
  {
    name: 'style',
    type: 'string',
    value: 'watch|syscall',
    oneOf: ['watch', 'syscall'],
    help: 'spelling of our rules (default watch, which every scanner reads)',
  },
  {
    name: 'include-absent',
    type: 'boolean',
    help: 'watch a place before it exists, for golden images',
  },
  {
    name: 'strict',
    type: 'boolean',
    help: 'demand every permission that the benchmark recommends',
  },
  {
    name: 'procedure',
    type: 'boolean',
    help: "check: the book's own command decides, too; fix: add the line that it looks for",
  },
  {
    name: 'unsilence',
    type: 'boolean',
    help: 'fix: comment out exactly the line that silences a control',
  },
  {
    name: 'accept-noise',
    type: 'boolean',
    help: 'fix: write rules that may fill the log of a host that halts then',
  },
  {
    name: 'force',
    type: 'boolean',
    help: 'fix: edit a file that Ansible, Puppet, Chef, Salt or cloud-init writes',
  },
  {
    name: 'fail-on',
    type: 'string',
    value: 'VERDICT',
    oneOf: ['fail', 'partial', 'notApplicable'],
    help: 'mildest verdict that exits 2 (default partial)',
  },
  {
    name: 'to',
    type: 'string',
    value: 'before|after',
    oneOf: ['before', 'after'],
    help: 'recover: which way a change that was cut off ends',
  },
  { name: 'exit-zero', type: 'boolean', help: 'verdicts do not touch the exit status' },
  {
    name: 'install-auditd',
    type: 'boolean',
    help: 'with --yes: install auditd where it is missing',
  },
  {
    name: 'plan',
    type: 'string',
    value: 'FILE',
    help: 'fix: apply what plan --format json --output FILE wrote',
  },
  {
    name: 'keep',
    type: 'string',
    value: 'N',
    help: 'history prune: how many of the latest changes stay (default 20)',
  },
  ...TALK_ROWS,
];
