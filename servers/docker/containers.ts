import { definitions } from '../definitions';
import { freePort, LOCALHOST } from '../processes/free-port';
import { runTool } from '../processes/run-tool';
import type { ServerName, StartedServer } from '../server';
import { ServersError } from '../servers-error';
import { untilAnswers } from '../until-answers';

/** Images may have to be pulled first. */
const UP_MS = 600_000;
const DOWN_MS = 60_000;
const ASK_MS = 10_000;
const ANSWERS_MS = 60_000;

/** The ports on this machine, as docker-compose.yml calls them. */
const portVariable: Readonly<Record<ServerName, string>> = { kafka: 'KAFKA_PORT', mongodb: 'MONGODB_PORT' };
/** The port in the container that is meant for this machine. */
const containerPort: Readonly<Record<ServerName, number>> = { kafka: 9094, mongodb: 27017 };

const addressOf = (name: ServerName, port: number): string =>
  name === 'kafka' ? `${LOCALHOST}:${port}` : `mongodb://${LOCALHOST}:${port}/?directConnection=true`;

export class Containers {
  /** @param root where docker-compose.yml lies */
  constructor(readonly root: string) {}

  /** The address of a server whose container runs already, whoever started it. */
  async running(name: ServerName): Promise<string | undefined> {
    try {
      const port = /:(\d+)\s*$/.exec(await this.#compose(['port', name, String(containerPort[name])], ASK_MS))?.[1];
      return port === undefined || port === '0' ? undefined : addressOf(name, Number(port));
    } catch (error) {
      // How compose says that there is no such container.
      if (error instanceof ServersError) return undefined;
      throw error;
    }
  }

  /** Starts one server of the compose file, and waits until it answers. @throws {ServersError} */
  async start(name: ServerName): Promise<StartedServer> {
    const port = await freePort(definitions[name].usualPort);
    await this.#compose(['up', '--detach', '--wait', name], UP_MS, { [portVariable[name]]: String(port) });
    const address = addressOf(name, port);
    try {
      await untilAnswers(definitions[name], address, ANSWERS_MS);
    } catch (error) {
      throw new ServersError(`The container of ${definitions[name].title} runs and does not answer on ${address}: see \`docker compose logs ${name}\``, { cause: error });
    }
    return { kind: 'container', address, since: new Date().toISOString() };
  }

  async stop(name: ServerName): Promise<void> {
    await this.#compose(['stop', name], DOWN_MS);
  }

  /** Deletes a stopped server's container and its volume. */
  async purge(name: ServerName): Promise<void> {
    await this.#compose(['rm', '--force', name], DOWN_MS);
    await this.#docker(['volume', 'rm', '--force', `test-planning_${name}`], DOWN_MS);
  }

  #compose(args: readonly string[], timeoutMs: number, env: Record<string, string> = {}): Promise<string> {
    // The secrets are asked for by services that are not started here; compose reads the whole file all the same.
    const secrets = { IDENTITY_SECRET: 'not-given-to-any-server', CURSOR_SECRET: 'not-given-to-any-server' };
    return this.#docker(['compose', ...args], timeoutMs, { ...secrets, ...env });
  }

  #docker(args: readonly string[], timeoutMs: number, env: Record<string, string> = {}): Promise<string> {
    return runTool({ command: 'docker', args, ifMissing: 'There is no `docker` on the PATH any more.', timeoutMs, cwd: this.root, env });
  }
}
