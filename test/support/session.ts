/** A small session for the terminal tests: what a command does with a Terminal, without a host. */

import { Failure } from '../../src/errors.ts';
import { openTerminal } from '../../src/terminal/speak.ts';

const [mode = 'session', ...flags] = process.argv.slice(2);
const terminal = openTerminal(
  {
    color: flags.includes('--no-color') ? 'never' : 'auto',
    quiet: flags.includes('--quiet'),
    noInput: flags.includes('--no-input'),
    format: 'text',
  },
  {
    stdin: () => process.stdin,
    hasKeyboard: process.stdin.isTTY,
    stdout: process.stdout,
    stderr: () => process.stderr,
    env: process.env,
  },
);
const long = Array.from({ length: 40 }, (_, index) => `+line ${index} of the diff`).join('\n');

async function steps() {
  await terminal.progress(async (emit) => {
    for (const step of ['Back up', 'Write', 'Load', 'Restart auditd']) {
      emit({ kind: 'started', step });
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (mode === 'fails' && step === 'Load') {
        emit({ kind: 'failed', step, detail: 'line 3: no such field', ms: 1234 });
        emit({ kind: 'started', step: 'Roll back' });
        emit({ kind: 'done', step: 'Roll back', detail: '2 files restored', ms: 40 });
        return;
      }
      emit({ kind: 'done', step, detail: `${step.length} bytes`, ms: 1234 });
    }
  });
}

async function session(): Promise<void> {
  if (mode === 'page') return terminal.page(long);
  if (mode === 'flood') {
    for (let count = 0; count < 2000; count++) terminal.say(long);
    return;
  }
  if (mode === 'picks') {
    const picked = await terminal.pick('How shall it end?', [
      { value: 'before', title: 'as before it', detail: 'all goes back' },
      { value: 'after', title: 'as it was promised', detail: 'all goes \x1b[31mforward' },
    ]);
    return terminal.say(`picked: ${picked}`);
  }
  if (mode !== 'steps' && mode !== 'fails') {
    const chosen = await terminal.choose('Which controls shall be fixed?', [
      { value: '1.2.3', title: '1.2.3  The Docker daemon', detail: 'no rule watches it' },
      { value: '1.2.7', title: '1.2.7  docker.socket', detail: 'no rule \x1b[31mwatches it' },
    ]);
    terminal.say(`chosen: ${chosen.join(' ')}`);
    terminal.say(long);
    const isSure = await terminal.confirm('Apply?');
    terminal.say(`sure: ${isSure}`);
    if (!isSure) return;
  }
  await steps();
  terminal.say('the end');
}

try {
  if (mode === 'asks' || terminal.interactive || mode !== 'session') await session();
  else terminal.note('nobody to ask');
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  terminal.complain(`${error.name} ${error.exitCode}`);
  process.exitCode = error.exitCode;
}
