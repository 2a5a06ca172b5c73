import { definitions } from './definitions';
import { withMemory, type Harness, type Memory } from './harness';
import { identify, isRunning } from './processes/identity';
import { serverNames, type ServerName, type StartedServer } from './server';
import { ServersError } from './servers-error';
import { untilAnswers } from './until-answers';

const GIVEN_MS = 5_000;
const RUNNING_MS = 20_000;

interface Found {
  name: ServerName;
  address: string;
}

interface StartResult {
  found: Found[];
  /** By server, why it could not be had. */
  missing: { name: ServerName; reason: string }[];
}

const given = async (name: ServerName, { environment }: Harness): Promise<string | undefined> => {
  const { variable, title } = definitions[name];
  const address = environment[variable];
  if (!address) return undefined;
  try {
    await untilAnswers(definitions[name], address, GIVEN_MS);
  } catch (error) {
    throw new ServersError(`${variable} names ${withoutPassword(address)}, where no ${title} answers: ${(error as Error).message}`, { cause: error });
  }
  return address;
};

/** A connection string without what only its owner may know. */
export const withoutPassword = (address: string): string => address.replace(/:\/\/[^@/]*@/, '://***@');

const remembered = async (name: ServerName, server: StartedServer | undefined): Promise<string | undefined> => {
  if (!server) return undefined;
  if (server.kind === 'process' && !isRunning(server.process)) return undefined;
  try {
    await untilAnswers(definitions[name], server.address, server.kind === 'process' ? RUNNING_MS : 0);
  } catch (error) {
    if (server.kind === 'container') return undefined;
    const what = `${definitions[name].title} runs as process ${server.process.pid} and does not answer on ${server.address}`;
    throw new ServersError(`${what}: see ${server.logs}, or \`npm run servers -- stop\` and start again.`, { cause: error });
  }
  return server.address;
};

const inContainer = async (name: ServerName, { findEngine, containers, say }: Harness): Promise<StartedServer | string | undefined> => {
  const engine = await findEngine();
  if (engine.kind === 'none') {
    say(`${definitions[name].title}: ${engine.reason}, so it is started as a process of this machine`);
    return undefined;
  }
  const running = await containers.running(name);
  if (running !== undefined) return running;
  try {
    return await containers.start(name);
  } catch (error) {
    if (!(error instanceof ServersError)) throw error;
    say(`${definitions[name].title}: Docker did not start it, so it is started as a process of this machine. ${error.message}`);
    return undefined;
  }
};

const bringUp = async (name: ServerName, harness: Harness, memory: Memory): Promise<string> => {
  const known = await given(name, harness) ?? await remembered(name, memory.state.servers[name]);
  if (known !== undefined) return known;
  const server = await inContainer(name, harness) ?? await harness.startLocally[name](harness.cache);
  if (typeof server === 'string') return server;
  memory.change({ servers: { ...memory.state.servers, [name]: server } });
  return server.address;
};

const remember = (memory: Memory, user: number | undefined): void => {
  const users = memory.state.users.filter(isRunning);
  if (user === undefined) {
    memory.change({ kept: true, users });
    return;
  }
  const identity = identify(user);
  if (!identity) throw new ServersError(`There is no process ${user} to keep the servers for.`);
  memory.change({ users: [...users.filter(({ pid }) => pid !== user), identity] });
};

/**
 * Finds Kafka and MongoDB, or brings them up: those that the environment names, those that were started before, Docker's, else
 * processes of this machine. Each for itself: one may be found and the other missing.
 * @param user the process that needs them; without one they stay until somebody stops them
 */
export const start = (harness: Harness, user?: number): Promise<StartResult> =>
  withMemory(harness, async (memory) => {
    remember(memory, user);
    const result: StartResult = { found: [], missing: [] };
    await Promise.all(serverNames.map(async (name) => {
      try {
        result.found.push({ name, address: await bringUp(name, harness, memory) });
      } catch (error) {
        if (!(error instanceof ServersError)) throw error;
        result.missing.push({ name, reason: error.message });
      }
    }));
    return result;
  });
