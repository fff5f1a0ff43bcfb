/** This machine: its real files and its real programs. */

import { realClock } from './clock.ts';
import { run } from './command.ts';
import { loosely, resolveLinks } from './files.ts';
import type { Host } from './host.ts';
import { launch } from './launch.ts';
import { ask } from './query.ts';
import { touch } from './touch.ts';
import { filesOf } from './whereabouts.ts';

export function linuxHost(): Host {
  return {
    ...filesOf({
      target: (path) => path,
      entry: (path) => path,
      hold: { target: loosely, entry: loosely },
    }),
    resolve: async (path) => resolveLinks(path),
    touch: async (path, deed) => touch(path, deed),
    ask,
    run,
    launch,
    clock: realClock,
  };
}
