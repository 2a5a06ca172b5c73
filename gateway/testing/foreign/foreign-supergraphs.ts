import { airline } from './airline';
import { city } from './city';
import type { ForeignSupergraph } from './foreign-supergraph';
import { game } from './game';
import { garage } from './garage';
import { hospital } from './hospital';
import { library } from './library';
import { music } from './music';
import { workshop } from './workshop';

/** From other worlds than the system's own, each with other parts of Federation 2. */
export const foreignSupergraphs: readonly ForeignSupergraph[] = [airline, city, game, garage, hospital, library, music, workshop];
