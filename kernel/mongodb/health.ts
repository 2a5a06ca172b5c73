import type { MongoClient, ServerDescription, TopologyDescription } from 'mongodb';
import type { Dependency } from '../health/dependency';
import type { Logger } from '../telemetry/logger';
import { MONGODB } from './unavailable';

/** Knows from the driver's own watching whether there is a server to write to. */
export class MongodbHealth implements Dependency {
  readonly name = MONGODB;
  #problem: string | undefined = `${MONGODB} was not reached yet`;

  constructor(client: MongoClient, logger: Logger) {
    client.on('topologyDescriptionChanged', ({ newDescription }) => {
      const before = this.#problem;
      this.#problem = problemOf(newDescription);
      if (this.#problem === before) return;
      if (this.#problem === undefined) logger.info(`${MONGODB} can be reached`);
      else if (before === undefined) logger.warn({ problem: this.#problem }, `${MONGODB} can't be reached`);
    });
  }

  problem(): string | undefined {
    return this.#problem;
  }
}

const problemOf = ({ servers }: TopologyDescription): string | undefined => {
  const all = [...servers.values()];
  if (all.some(({ isWritable }) => isWritable)) return undefined;
  return `${MONGODB} has no primary: ${all.map(stateOf).join(', ')}`;
};

const stateOf = ({ address, type, error }: ServerDescription): string => `${address} is ${type}${error ? ` (${error.message})` : ''}`;
