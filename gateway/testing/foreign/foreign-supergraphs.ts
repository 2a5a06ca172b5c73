import type { ForeignSupergraph } from './foreign-supergraph';
import { hospital } from './hospital';
import { library } from './library';
import { music } from './music';

/** From other worlds than the system's own, each with other parts of Federation 2. */
export const foreignSupergraphs: readonly ForeignSupergraph[] = [library, music, hospital];
