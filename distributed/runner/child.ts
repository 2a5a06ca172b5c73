import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { backOffMs, type BackOff } from '@test-planning/kernel/messaging';

/** What happens to a child, for whoever follows it. */
export type ChildEvent =
  | { kind: 'started'; pid: number; url: string }
  | { kind: 'ended'; pid: number; how: string; againInMs: number }
  | { kind: 'killed'; pid: number; afterMs: number };

interface ChildOptions {
  name: string;
  /** For Node: its own flags, the module that it runs, and that one's arguments. */
  args: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  port: number;
  onOutput: (stdout: Readable, stderr: Readable) => void;
  onEvent: (event: ChildEvent) => void;
}

const BACK_OFF: BackOff = { firstMs: 250, longestMs: 10_000 };
/** One that ran so long has recovered. */
const RECOVERED_MS = 30_000;
/** A process promises to end within 10 s. */
const STOP_MS = 12_000;

/** A child process that is started again, on the same port, when it ends unasked. It ends by itself when this process does. */
export class Child {
  readonly name: string;
  #running: ChildProcess | undefined;
  #url = '';
  #port: number;
  #failures = 0;
  readonly #stopping = new AbortController();
  #supervising: Promise<void> = Promise.resolve();

  constructor(private readonly options: ChildOptions) {
    this.name = options.name;
    this.#port = options.port;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  get url(): string {
    return this.#url;
  }

  /** Resolves when it listens; rejects when it ends before that. */
  async start(): Promise<void> {
    const child = await this.#spawn();
    this.#supervising = this.#supervise(child);
  }

  /** SIGTERM, and SIGKILL when that doesn't help. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const child = this.#running;
    if (child && isAlive(child)) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => {
        this.options.onEvent({ kind: 'killed', pid: child.pid ?? 0, afterMs: STOP_MS });
        child.kill('SIGKILL');
      }, STOP_MS);
      await ended;
      clearTimeout(late);
    }
    await this.#supervising;
  }

  /** Ends it at once. */
  kill(): void {
    this.#stopping.abort();
    this.#running?.kill('SIGKILL');
  }

  async #supervise(first: ChildProcess): Promise<void> {
    let child: ChildProcess | undefined = first;
    let whyNotStarted = '';
    while (!this.#stopping.signal.aborted) {
      const begun = Date.now();
      const how = child ? await endOf(child) : whyNotStarted;
      if (this.#stopping.signal.aborted) return;
      this.#failures = Date.now() - begun > RECOVERED_MS ? 1 : this.#failures + 1;
      const againInMs = Math.round(backOffMs(this.#failures, BACK_OFF));
      this.options.onEvent({ kind: 'ended', pid: child?.pid ?? 0, how, againInMs });
      await delay(againInMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) return;
      child = await this.#spawn().catch((error: unknown) => {
        whyNotStarted = error instanceof Error ? error.message : String(error);
        return undefined;
      });
    }
  }

  /** Resolves when it has told its address. */
  async #spawn(): Promise<ChildProcess> {
    const { args, environment, onOutput, onEvent } = this.options;
    // A process group of its own: Ctrl-C in the terminal is for this process, which stops its children in order.
    const child = spawn(process.execPath, [...args], { env: { ...environment, PORT: String(this.#port) }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true });
    this.#running = child;
    if (!child.stdout || !child.stderr) throw new TypeError('A child has pipes for what it prints');
    onOutput(child.stdout, child.stderr);
    this.#url = await addressOf(child, this.name);
    this.#port = Number(new URL(this.#url).port);
    onEvent({ kind: 'started', pid: child.pid ?? 0, url: this.#url });
    return child;
  }
}

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

const endOf = async (child: ChildProcess): Promise<string> => {
  if (isAlive(child)) await once(child, 'exit');
  return child.signalCode === null ? `code ${String(child.exitCode)}` : child.signalCode;
};

/** The child didn't come so far as to listen. */
export class ChildEndedError extends Error {
  override readonly name = 'ChildEndedError';

  constructor(readonly child: string, how: string) {
    super(`${child} ended (${how}) before it was ready`);
  }
}

const addressOf = (child: ChildProcess, name: string): Promise<string> =>
  new Promise((resolve, reject) => {
    child.once('message', (message) => {
      resolve((message as { url: string }).url);
    });
    child.once('error', reject);
    // Not `exit`: what it printed last is to be read by then.
    child.once('close', (code, signal) => {
      reject(new ChildEndedError(name, signal ?? `code ${String(code)}`));
    });
  });
