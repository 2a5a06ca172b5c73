import { ConfigError } from '@test-planning/kernel/configuration';
import { inASentence } from '@test-planning/kernel/lifecycle';
import { createLogger } from '@test-planning/kernel/telemetry';
import { topicDefinitions } from '../connections/topics';
import { readSettings } from '../settings/settings';
import { processes, type WorkerDefinition } from '../topology';
import { backUp, restore, type Backed } from './backup';
import { BackupError } from './frames';

const usage = 'Usage: npm run -s backup -- --distributed FILE, or npm run -s restore -- --distributed FILE; KAFKA_BROKERS and MONGODB_URL name the servers';

const workers = processes.filter((each): each is WorkerDefinition => each.kind === 'worker');

/** Of the system that the environment names, as it does for a worker. */
const readBacked = (): Backed => {
  const [worker] = workers;
  const settings = worker && readSettings(worker, process.env);
  if (settings?.kind !== 'worker') throw new TypeError('There are no workers');
  const { mongodb, kafka: { brokers, prefix, ssl, sasl } } = settings;
  const logger = createLogger({ service: 'backup', level: 'error' });
  const client = { brokers, clientId: 'backup', logger, ssl, ...(sasl && { sasl }) };
  return { mongodb, groups: { client, prefix, groups: workers.map(({ name }) => name), topics: topicDefinitions.map(({ name }) => name) } };
};

/** Backs up the databases of a distributed system to a file, or restores them from one; see docs/backup.md. */
const main = async ([action, file, ...rest]: readonly string[]): Promise<void> => {
  if (file === undefined || file.startsWith('-') || rest.length > 0) throw new ConfigError(usage);
  if (action === 'backup') {
    await backUp(readBacked(), file);
    process.stdout.write(`Backed up all databases to ${file}\n`);
  } else if (action === 'restore') {
    const lost = await restore(readBacked(), file);
    for (const sentence of lost) process.stderr.write(`Alarm: ${sentence}\n`);
    process.stdout.write(`Restored ${file}. Cursors that clients hold from before are refused from now on.\n`);
  } else throw new ConfigError(usage);
};

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${inASentence(error, [BackupError])}\n`);
  process.exitCode = 1;
});
