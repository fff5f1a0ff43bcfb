/**
 * How much the tests against the real programs try: a sample, or with `ORACLE=whole` all that the
 * project promises. `ORACLE_SEED` makes them try other things.
 */

const WHOLE = { files: 10_000, events: 400, directories: 5000 } as const;
const SAMPLE = { files: 500, events: 40, directories: 300 } as const;

/** Rules files, tables judged by events, and directories for each awk. */
export const EXTENT = process.env['ORACLE'] === 'whole' ? WHOLE : SAMPLE;

/** Told with every failure, as it makes the same run again. */
export const SEED = Number(process.env['ORACLE_SEED'] ?? 20_261_124);
