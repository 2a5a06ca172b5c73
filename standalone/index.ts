/** The one-process edition: every service over one SQLite file. */
export { readConfig, type StandaloneConfig } from './config';
export { startStandalone, type RunningStandalone } from './service';
export { generatedSchema } from './generated-schema';
