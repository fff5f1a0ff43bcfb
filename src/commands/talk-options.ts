/** The options by which any run talks, and those of the practice host, which every command may be tried on. */

import type { OptionRow } from './option-rows.ts';

/** The last of the rows. */
export const TALK_ROWS: readonly OptionRow[] = [
  {
    name: 'color',
    type: 'string',
    value: 'auto|always|never',
    oneOf: ['auto', 'always', 'never'],
    help: 'never is plain lines, also for screen readers',
  },
  { name: 'quiet', short: 'q', type: 'boolean', help: 'no progress, no hints' },
  {
    name: 'verbose',
    short: 'v',
    type: 'boolean',
    help: 'each file read and each command run, with its time',
  },
  { name: 'no-input', type: 'boolean', help: 'never ask' },
  { name: 'scenario', type: 'string', value: 'NAME', help: 'demo: which practice host' },
  { name: 'dir', type: 'string', value: 'DIR', help: 'demo: keep the practice host in DIR' },
  { name: 'list', type: 'boolean', help: 'demo: name the scenarios' },
  { name: 'version', type: 'boolean', help: 'print the version' },
  { name: 'help', short: 'h', type: 'boolean', help: 'print this help' },
];
