import { definitions } from './definitions';
import { glance, type Harness } from './harness';
import { isRunning } from './processes/identity';
import { serverNames, type ServerName, type StartedServer } from './server';
import { withoutPassword } from './start';
import { untilAnswers } from './until-answers';

const answers = async (name: ServerName, address: string): Promise<boolean> => {
  try {
    await untilAnswers(definitions[name], address, 0);
    return true;
  } catch {
    // Whatever it is that is wrong: it can't be used, and that is what was asked.
    return false;
  }
};

const started = (name: ServerName, server: StartedServer): string[] => {
  if (server.kind === 'container') return [`a container (docker compose logs ${name})`, `since    ${server.since}`];
  if (!isRunning(server.process)) return [`process ${server.process.pid} has ended; its logs: ${server.logs}`];
  return [`process ${server.process.pid}, version ${server.version}`, `since    ${server.since}`, `logs     ${server.logs}`, `data     ${server.data}`];
};

/** What runs, where, in which version, since when, and where its logs and data lie; lines for a person. */
export const status = async (harness: Harness): Promise<string> => {
  const { servers, kept, users } = glance(harness);
  const parts = await Promise.all(serverNames.map(async (name) => {
    const { title, variable } = definitions[name];
    const named = harness.environment[variable];
    const server = servers[name];
    const address = named || server?.address;
    if (!address) return `${title}: nothing was started\n`;
    const how = named ? [`named by ${variable}`] : server ? started(name, server) : [];
    const heading = `${title}: ${(await answers(name, address)) ? 'answers' : 'does not answer'} on ${withoutPassword(address)}`;
    return [heading, ...how.map((line) => `  ${line}`), ''].join('\n');
  }));
  const inUse = users.filter(isRunning).map(({ pid }) => pid);
  const whom = kept || inUse.length === 0 ? '' : `Until these processes end or need them no more: ${inUse.join(', ')}\n`;
  return `${parts.join('')}${whom}`;
};
