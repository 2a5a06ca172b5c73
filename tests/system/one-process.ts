import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { within } from './within';

export interface OneProcess {
  /** Of its health, and of GraphQL if it has any. */
  readonly url: string;
  output(): string;
  ready(): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Its exit code, when it ends. */
  readonly ended: Promise<number | null>;
  /** SIGTERM; its exit code. */
  terminate(): Promise<number | null>;
}

/** Starts one process of the distributed edition on a free port, with no other setting than these. */
export const startProcess = async (args: readonly string[], environment: Record<string, string>): Promise<OneProcess> => {
  const { PATH = '' } = process.env;
  const child = spawn('node', ['dist/distributed/main.js', ...args], {
    cwd: resolve(__dirname, '../..'), env: { PATH, PORT: '0', ...environment }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8');
    });
  }
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const ended = exited.then(([code]) => code);
  const started = once(child, 'message') as Promise<[{ url: string }]>;
  const [first] = await within(30_000, 'the process to listen', Promise.race([started, exited]));
  if (first === null || typeof first === 'number') throw new Error(`It ended with ${String(first)}:\n${printed}`);
  return {
    url: first.url,
    output: () => printed,
    ready: async () => {
      const response = await fetch(new URL('/health/ready', first.url));
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    ended,
    terminate: async () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
};
