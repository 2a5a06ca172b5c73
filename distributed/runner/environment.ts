import { hostVariable, portVariable, readVariable, requireVariable, type Environment } from '@test-planning/kernel/configuration';
import type { Keys } from '@test-planning/sign-in';
import { gateway, mongodb } from '../settings/variables';
import { processes } from '../topology';
import type { RunnerCommandLine } from './command-line';
import { kafkaPrefix, type Servers } from './servers';

const gatewaysPort = processes.find(({ kind }) => kind === 'gateway')?.port ?? 0;

/** What the runner itself goes by; the processes are handed the environment as it is. */
interface RunnerSettings {
  host: string;
  gatewayPort: number;
  dataDir: string;
}

/** @throws {ConfigError} naming what is malformed. */
export const readRunnerSettings = ({ port, prefix }: RunnerCommandLine, environment: Environment): RunnerSettings => {
  readVariable(mongodb.databasePrefix, { MONGODB_DATABASE_PREFIX: prefix });
  return {
    host: requireVariable(hostVariable, environment),
    gatewayPort: requireVariable(portVariable(gatewaysPort), { PORT: port ?? environment.PORT }),
    dataDir: requireVariable(gateway.dataDir, environment),
  };
};

/** What every process is told: where the servers are, and the secrets of this installation; what is set already stands. */
export const processEnvironment = (
  given: Environment, { servers, keys, prefix }: { servers: Servers; keys: Keys; prefix: string | undefined },
): Environment => ({
  SIGN_IN: 'demo',
  IDENTITY_SECRET: keys.identitySecret,
  CURSOR_SECRET: keys.cursorSecret,
  ...definedIn(given),
  ...servers,
  ...(prefix !== undefined && { KAFKA_PREFIX: kafkaPrefix(prefix), MONGODB_DATABASE_PREFIX: prefix }),
});

/** Without what is empty, which counts as left out. */
const definedIn = (environment: Environment): Environment => Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
