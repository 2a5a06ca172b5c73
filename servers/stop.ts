import { rm } from 'node:fs/promises';
import { definitions } from './definitions';
import { withMemory, type Harness, type Memory } from './harness';
import { endProcess } from './processes/end-process';
import { isRunning } from './processes/identity';
import { serverNames, type ServerName, type StartedServer } from './server';
import { nothingStarted } from './state';

/** What Kafka and MongoDB take to close their files, and some. */
const GRACE_MS = 20_000;

const end = async (name: ServerName, server: StartedServer, { containers, say }: Harness): Promise<void> => {
  const { title } = definitions[name];
  if (server.kind === 'container') {
    await containers.stop(name);
    say(`${title}: stopped its container`);
    return;
  }
  if (!isRunning(server.process)) {
    say(`${title}: had ended already`);
    return;
  }
  const how = await endProcess(server.process, GRACE_MS);
  say(how === 'ended' ? `${title}: stopped` : `${title}: killed, for it had not ended after ${GRACE_MS / 1000} s`);
};

const purge = async (name: ServerName, server: StartedServer | undefined, { cache, containers, say }: Harness): Promise<void> => {
  if (server?.kind === 'container') await containers.purge(name);
  await rm(cache.server(name).root, { recursive: true, force: true });
  say(`${definitions[name].title}: its data are deleted`);
};

const stopAll = async (harness: Harness, memory: Memory, purging: boolean): Promise<void> => {
  const { servers } = memory.state;
  if (!serverNames.some((name) => servers[name])) harness.say('Nothing runs that was started here');
  await Promise.all(serverNames.map(async (name) => {
    const server = servers[name];
    if (server) await end(name, server, harness);
    if (purging) await purge(name, server, harness);
  }));
  memory.change(nothingStarted);
};

/** Ends what `start` started, nothing else; the data stay, unless they are to be purged. */
export const stop = (harness: Harness, { purge: purging }: { purge: boolean }): Promise<void> =>
  withMemory(harness, (memory) => stopAll(harness, memory, purging));

/** A process needs the servers no more: they end if they were started for processes alone, and it was the last one. */
export const release = (harness: Harness, user: number): Promise<void> =>
  withMemory(harness, async (memory) => {
    const users = memory.state.users.filter((each) => each.pid !== user && isRunning(each));
    memory.change({ users });
    if (memory.state.kept || users.length > 0) harness.say('The servers are still needed');
    else await stopAll(harness, memory, false);
  });
