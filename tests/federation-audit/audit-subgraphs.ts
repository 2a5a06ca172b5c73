import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** The checkout can't be used. `message` says what is wrong with it. */
export class CheckoutRefused extends Error {
  override readonly name = 'CheckoutRefused';
}

/** The audit's own server, which serves the subgraphs, supergraphs and cases of all its suites. */
interface AuditSubgraphs {
  readonly url: string;
  stop(): void;
}

const readyWithinMs = 60_000;

/**
 * Starts the server of an audit checkout in a process of its own. Its TypeScript is bundled first, with the packages that are installed in the checkout; the rest, such as
 * graphql, comes from `packages`.
 * @throws {CheckoutRefused} when the folder is no audit checkout, or its packages are missing.
 */
export async function serveAudit(checkout: string, packages: string): Promise<AuditSubgraphs> {
  const sources = resolve(checkout);
  if (!existsSync(join(sources, 'src/test-suites'))) throw new CheckoutRefused(`${sources} is no checkout of graphql-hive/federation-gateway-audit: it has no src/test-suites`);
  if (!existsSync(join(sources, 'node_modules'))) throw new CheckoutRefused(`The packages of ${sources} are missing: run "npm install --omit=dev" there`);
  const folder = mkdtempSync(join(tmpdir(), 'federation-audit-'));
  const file = join(folder, 'server.cjs');
  const port = await freePort();
  try {
    await build({
      stdin: { contents: `import { serve } from './src/index'; serve(${port}).then(() => console.log('ready'));`, resolveDir: sources, loader: 'ts' },
      bundle: true, platform: 'node', target: 'node24', format: 'cjs', outfile: file, nodePaths: [packages], logLevel: 'error',
    });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new CheckoutRefused(`The audit in ${sources} can't be built: run "npm install --omit=dev" there`, { cause: error });
  }
  // Its fixtures read .env of the working directory: the published results are made with that of the checkout.
  const child = spawn(process.execPath, [file], { cwd: sources, stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = (): void => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  await new Promise<void>((ready, reject) => {
    const late = setTimeout(() => reject(new Error('The audit server is not ready within a minute')), readyWithinMs);
    child.once('exit', (code) => reject(new Error(`The audit server ended with ${String(code)}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      if (!chunk.toString().includes('ready')) return;
      clearTimeout(late);
      ready();
    });
  }).catch((error: unknown) => {
    stop();
    throw error;
  });
  return { url: `http://127.0.0.1:${port}`, stop };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => { server.listen(0, listening); });
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
