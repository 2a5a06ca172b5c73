import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ConnectionLost, type LabClient } from '../system/client';

/** A mutation with an id of its own, so that it can be sent again. */
interface SentCommand {
  commandId: string;
  mutation: string;
  variables: Record<string, unknown>;
  /** Whether an answer said that it was accepted; undefined when the answer was lost. */
  accepted?: true;
}

/** Before a command is sent again. */
const AGAIN_MS = 250;

type Pick = <Item>(items: readonly Item[]) => Item;

const mutations = {
  createExperiment: 'mutation ($commandId: ID!, $input: CreateExperimentInput!) { sent: createExperiment(commandId: $commandId, input: $input) { id } }',
  updateExperiment: 'mutation ($commandId: ID!, $id: ID!, $input: UpdateExperimentInput!) { sent: updateExperiment(commandId: $commandId, id: $id, input: $input) { id } }',
  createMethod: 'mutation ($commandId: ID!, $input: CreateMethodInput!) { sent: createMethod(commandId: $commandId, input: $input) { id } }',
  createExperimentWithMethods:
    'mutation ($commandId: ID!, $experiment: CreateExperimentInput!, $methods: [CreateMethodInput!]!) { sent: createExperimentWithMethods(commandId: $commandId, experiment: $experiment, methods: $methods) { id } }',
  addMethodsToExperiment:
    'mutation ($commandId: ID!, $experimentId: ID!, $methodIds: [ID!]!) { sent: addMethodsToExperiment(commandId: $commandId, experimentId: $experimentId, methodIds: $methodIds) { id } }',
  removeMethodsFromExperiment:
    'mutation ($commandId: ID!, $experimentId: ID!, $methodIds: [ID!]!) { sent: removeMethodsFromExperiment(commandId: $commandId, experimentId: $experimentId, methodIds: $methodIds) { id } }',
  deleteMethods: 'mutation ($commandId: ID!, $ids: [ID!]!) { sent: deleteMethods(commandId: $commandId, ids: $ids) { id } }',
  deleteExperiment: 'mutation ($commandId: ID!, $id: ID!) { sent: deleteExperiment(commandId: $commandId, id: $id) { id } }',
} as const;

/** Commands that get in each other's way: few things, many hands. */
export class Workload {
  readonly sent: SentCommand[] = [];
  private readonly experiments: string[] = [];
  private readonly methods: string[] = [];

  constructor(private readonly random: () => number) {}

  /** Sends one command after another until it is over, each again for as long as it isn't known whether it was accepted. */
  async run(client: LabClient, isOver: () => boolean, pauseMs: number): Promise<void> {
    while (!isOver()) {
      const command = this.next();
      this.sent.push(command);
      while (!(await deliver(client, command))) {
        if (isOver()) return;
        await pause(AGAIN_MS);
      }
      if (pauseMs > 0) await pause(2 * this.random() * pauseMs);
    }
  }

  /** So many commands at once, each sent once. */
  async burst(client: LabClient, count: number): Promise<void> {
    const commands = Array.from({ length: count }, () => this.next());
    this.sent.push(...commands);
    await Promise.all(commands.map((command) => deliver(client, command)));
  }

  private readonly pick: Pick = (items) => items[Math.floor(this.random() * items.length)] as (typeof items)[number];

  /** One of the first, which every worker meets again and again, or of the last, which are only just there. */
  private known(): string {
    return this.pick(this.random() < 0.5 ? this.experiments.slice(0, 8) : this.experiments.slice(-8));
  }

  private several(ids: readonly string[]): string[] {
    return [...new Set(Array.from({ length: 1 + Math.floor(this.random() * 4) }, () => this.pick(ids.slice(-12))))];
  }

  private next(): SentCommand {
    const roll = this.random();
    if (this.experiments.length < 3 || roll < 0.15) {
      const id = randomUUID();
      this.experiments.push(id);
      return this.command('createExperiment', { input: { id, name: `Experiment ${this.experiments.length}` } });
    }
    if (this.methods.length < 4 || roll < 0.3) {
      const id = randomUUID();
      this.methods.push(id);
      return this.command('createMethod', { input: { id, name: `Method ${this.methods.length}`, applicationRate: 1 } });
    }
    if (roll < 0.5) {
      return this.command('updateExperiment', { id: this.known(), input: { name: `Renamed ${this.sent.length}` } });
    }
    if (roll < 0.6) {
      const id = randomUUID();
      const methods = Array.from({ length: 3 }, (_, index) => ({ id: randomUUID(), name: `Method ${this.methods.length + index}`, applicationRate: 2 }));
      this.experiments.push(id);
      this.methods.push(...methods.map((method) => method.id));
      return this.command('createExperimentWithMethods', { experiment: { id, name: `Experiment ${this.experiments.length}` }, methods });
    }
    if (roll < 0.8) return this.command('addMethodsToExperiment', { experimentId: this.known(), methodIds: this.several(this.methods) });
    if (roll < 0.88) return this.command('removeMethodsFromExperiment', { experimentId: this.known(), methodIds: this.several(this.methods) });
    if (roll < 0.95) return this.command('deleteMethods', { ids: this.several(this.methods) });
    return this.command('deleteExperiment', { id: this.pick(this.experiments.slice(-8)) });
  }

  private command(name: keyof typeof mutations, variables: Record<string, unknown>): SentCommand {
    const commandId = randomUUID();
    return { commandId, mutation: mutations[name], variables: { commandId, ...variables } };
  }
}

/** Sends a command; false when it isn't known whether it arrived. Refused input would be a mistake of the test's own. */
export const deliver = async (client: LabClient, command: SentCommand): Promise<boolean> => {
  const answer = await client.request(command.mutation, command.variables).catch((error: unknown) => {
    if (error instanceof ConnectionLost) return undefined;
    throw error;
  });
  if (answer === undefined || answer.errors?.some(({ extensions }) => extensions?.code === 'UNAVAILABLE')) return false;
  if (answer.errors) throw new Error(`Not accepted: ${JSON.stringify(answer.errors)}`);
  command.accepted = true;
  return true;
};
