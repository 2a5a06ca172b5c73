import { join } from 'node:path';
import { inASentence, outliveReaders, stopOnSignal } from '@test-planning/kernel/lifecycle';
import { openKeys, welcome } from '@test-planning/sign-in';
import { processes } from '../topology';
import { toPeople, toPrograms, type Announcer } from './announcements';
import { ChildEndedError } from './child';
import { readRunnerCommandLine, usage, type RunnerCommandLine } from './command-line';
import { processEnvironment, readRunnerSettings } from './environment';
import { FollowedLogs } from './followed-logs';
import { instancesOf } from './instances';
import { discard, releaseServers, startServers, type Servers } from './servers';
import { System } from './system';

const print = (text: string): void => {
  process.stdout.write(text);
};

/** Colours are for a terminal, and for whoever doesn't mind them (https://no-color.org). */
const wantsColours = (): boolean => process.stdout.isTTY && !process.env.NO_COLOR;

const prepare = async (commandLine: RunnerCommandLine, announcer: Announcer, servers: Servers): Promise<{ system: System; logs: FollowedLogs; dataDir: string }> => {
  const { host, gatewayPort, dataDir } = readRunnerSettings(commandLine, process.env);
  const keys = await openKeys(dataDir, (message) => {
    process.stderr.write(`${message}\n`);
  });
  const instances = instancesOf(processes, commandLine.scale, { freePorts: commandLine.port === '0' })
    .map((instance) => (instance.process.kind === 'gateway' ? { ...instance, port: gatewayPort } : instance));
  const logs = new FollowedLogs({
    directory: join(dataDir, 'logs'),
    show: commandLine.json ? undefined : (line) => {
      print(`${line}\n`);
    },
    colours: wantsColours(),
    nameWidth: Math.max(...instances.map(({ name }) => name.length)),
  });
  const environment = processEnvironment({ ...process.env, HOST: host, DATA_DIR: dataDir }, { servers, keys, prefix: commandLine.prefix });
  const system = new System({
    instances, environment, host, logs,
    onEvent: (name, event) => {
      announcer.event(name, event);
    },
  });
  return { system, logs, dataDir };
};

const announceReady = ({ running }: System, logs: FollowedLogs, dataDir: string, announcer: Announcer): void => {
  const announced = running.map(({ instance: { name, process: { name: ofProcess } }, child: { pid = 0, url } }) => ({ name, process: ofProcess, pid, url, log: logs.fileOf(name) }));
  const url = announced.find((each) => each.process === 'gateway')?.url ?? '';
  announcer.ready({ url, dataDir, processes: announced, welcome: welcome(url, { dataDir, data: `Keys and logs lie in ${dataDir}` }) });
};

const run = async (commandLine: RunnerCommandLine): Promise<void> => {
  const announcer = commandLine.json ? toPrograms(print) : toPeople(print);
  // What is malformed is told before anything is started.
  readRunnerSettings(commandLine, process.env);
  const stopping = new AbortController();
  let system: System | undefined;
  process.on('exit', () => system?.kill());
  const asked = new Promise<void>((resolve) => {
    stopOnSignal((reason) => {
      announcer.note(`\n${reason}: stopping the gateway, then the APIs, then the workers`);
      stopping.abort();
      resolve();
    });
  });
  announcer.note('Looking for Kafka and MongoDB');
  const servers = await startServers();
  try {
    const prepared = await prepare(commandLine, announcer, servers);
    ({ system } = prepared);
    await startOrTellWhy(prepared.system, prepared.logs, stopping.signal);
    if (!stopping.signal.aborted) announceReady(prepared.system, prepared.logs, prepared.dataDir, announcer);
    await asked;
  } finally {
    await system?.stop();
    if (commandLine.discard !== undefined) await discard(commandLine.discard, servers);
    await releaseServers();
  }
  announcer.note('Stopped');
};

const startOrTellWhy = async (system: System, logs: FollowedLogs, signal: AbortSignal): Promise<void> => {
  try {
    await system.start(signal);
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof ChildEndedError) error.message += `:\n${logs.lastOf(error.child).join('\n')}`;
    throw error;
  }
};

const main = async (): Promise<void> => {
  outliveReaders();
  const commandLine = readRunnerCommandLine(process.argv.slice(2));
  if (commandLine) await run(commandLine);
  else print(usage);
};

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${inASentence(error, [ChildEndedError])}\n`);
    process.exit(1);
  },
);
