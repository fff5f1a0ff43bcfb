/** A terminal that goes away while somebody is asked: a dropped ssh, a window that is closed. */

import { isatty } from 'node:tty';

/** Whether `stdin` was a terminal and none is there any more: isatty(3) says no after a hang-up. */
export function isGone(stdin: NodeJS.ReadStream): boolean {
  return stdin.isTTY && !isatty(0);
}

/**
 * Lets a prompt end on a terminal that is gone: readline sets the mode of what it listened to back,
 * and what the system says then (EIO) would end the process before anything is put in order.
 */
export function outlivesTerminal(stdin: NodeJS.ReadStream): void {
  const setRawMode = stdin.setRawMode.bind(stdin);
  stdin.setRawMode = (mode) => (isGone(stdin) ? stdin : setRawMode(mode));
}
