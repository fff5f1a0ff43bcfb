/** Before the first scenario: one sentence where virtual machines cannot run. */

import { requireFitMachine } from './needs.ts';

export const setup = requireFitMachine;
