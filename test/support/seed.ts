/** One seed for all properties, so that a change is judged by the change: PROPERTY_SEED tries another. */

import * as fc from 'fast-check';

const SEED = 20_261_122;

fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? SEED) });
