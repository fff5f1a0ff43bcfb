/** The commands by their names. */

import { UsageFailure } from '../errors.ts';
import type { Context } from './context.ts';

/** After these a practice host that nobody named is of no more use. */
export const READING = [
  'check',
  'prove',
  'doctor',
  'plan',
  'explain',
  'controls',
  'history',
  'lint',
  'events',
  'evidence',
];

/**
 * Commands are imported when one is asked for: `check` never pays for what `fix` needs.
 * @throws UsageFailure which names the nearest right word
 */
export async function commandNamed(name: string): Promise<(context: Context) => Promise<number>> {
  switch (name) {
    case 'fix':
      return (await import('./fix.ts')).fix;
    case 'plan':
      return (await import('./plan.ts')).plan;
    case 'check':
      return (await import('./check.ts')).check;
    case 'prove':
      return (await import('./prove.ts')).prove;
    case 'rollback':
      return (await import('./rollback.ts')).rollback;
    case 'confirm':
      return (await import('./confirm.ts')).confirm;
    case 'expire':
      return (await import('./expire.ts')).expire;
    case 'after-boot':
      return (await import('./after-boot.ts')).afterBoot;
    case 'doctor':
      return (await import('./doctor.ts')).doctor;
    case 'remove':
      return (await import('./remove.ts')).remove;
    case 'recover':
      return (await import('./recover.ts')).recover;
    case 'history':
      return (await import('./history.ts')).history;
    case 'events':
      return (await import('./events.ts')).events;
    case 'explain':
      return (await import('./explain.ts')).explain;
    case 'lint':
      return (await import('./lint.ts')).lint;
    case 'evidence':
      return (await import('./evidence.ts')).evidence;
    case 'controls':
      return (await import('./controls.ts')).controls;
    default: {
      const [{ nearest }, { COMMANDS }] = await Promise.all([
        import('../nearest.ts'),
        import('./help.ts'),
      ]);
      const like = nearest(
        name,
        COMMANDS.map((command) => command.name),
      );
      throw new UsageFailure(
        `there is no command '${name}'`,
        like === undefined ? "'dockaudit --help' lists them" : `did you mean ${like}?`,
      );
    }
  }
}
