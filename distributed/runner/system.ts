import { join } from 'node:path';
import { Child, ChildEndedError, type ChildEvent } from './child';
import type { FollowedLogs } from './followed-logs';
import { subgraphUrls, type Instance } from './instances';
import { portIfFree } from './ports';
import { untilReady } from './until-ready';

/** Views may have to be built first. */
const READY_WITHIN_MS = 300_000;

/** This file is built into dist/distributed/. */
const main = join(__dirname, 'main.js');

interface SystemOptions {
  instances: readonly Instance[];
  /** What all processes are told. */
  environment: Readonly<Record<string, string | undefined>>;
  host: string;
  logs: FollowedLogs;
  onEvent: (name: string, event: ChildEvent) => void;
}

interface Member {
  instance: Instance;
  child: Child;
}

/** All processes of the distributed edition, on this machine. */
export class System {
  readonly #members: Member[] = [];
  #phase: 'starting' | 'running' | 'stopping' = 'starting';
  readonly #endedEarly = Promise.withResolvers<never>();

  constructor(private readonly options: SystemOptions) {}

  get running(): readonly Member[] {
    return this.#members;
  }

  /** Resolves when all are ready, or the signal aborts. @throws when one ends before that, or isn't ready in time. */
  async start(signal: AbortSignal): Promise<void> {
    await Promise.race([this.#startAll(signal), this.#endedEarly.promise]);
    if (this.#phase === 'starting') this.#phase = 'running';
  }

  async #startAll(signal: AbortSignal): Promise<void> {
    const behind = this.options.instances.filter(({ process }) => process.kind !== 'gateway');
    await Promise.all(behind.map((instance) => this.#start(instance, {})));
    const SUBGRAPH_URLS = subgraphUrls(this.#members.flatMap(({ instance: { process }, child: { url } }) => (process.kind === 'api' ? [{ process, url }] : [])));
    for (const instance of this.options.instances) {
      if (instance.process.kind === 'gateway' && !signal.aborted) await this.#start(instance, { SUBGRAPH_URLS });
    }
    await untilReady(this.#members.map(({ child }) => child), READY_WITHIN_MS, signal);
  }

  /** From the door inwards, so that what is behind can answer what was let in. */
  async stop(): Promise<void> {
    this.#phase = 'stopping';
    for (const kind of ['gateway', 'api', 'worker'] as const) {
      await Promise.all(this.#members.filter(({ instance }) => instance.process.kind === kind).map(({ child }) => child.stop()));
    }
  }

  kill(): void {
    for (const { child } of this.#members) child.kill();
  }

  async #start(instance: Instance, more: Readonly<Record<string, string>>): Promise<void> {
    const { name, process } = instance;
    const { environment, host, logs, onEvent } = this.options;
    // The gateway's address is told to people: another one than they asked for is of no use to them.
    const port = process.kind === 'gateway' ? instance.port : await portIfFree(host, instance.port);
    if (this.#phase === 'stopping') return;
    const child = new Child({
      name,
      args: [...process.nodeFlags, main, process.name],
      environment: { ...environment, ...more },
      port,
      onOutput: (stdout, stderr) => {
        logs.follow(name, stdout, stderr);
      },
      onEvent: (event) => {
        // Later on it is started again; one that can't even begin would do the same for ever.
        if (event.kind === 'ended' && this.#phase === 'starting') this.#endedEarly.reject(new ChildEndedError(name, event.how));
        else onEvent(name, event);
      },
    });
    this.#members.push({ instance, child });
    await child.start();
  }
}
