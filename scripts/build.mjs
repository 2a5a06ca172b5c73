// Bundles every entry point into dist/. Third-party packages stay outside (they are loaded from node_modules); the
// workspace's own packages are bundled in. The output is CommonJS: graphql must exist once per process, and the Apollo
// packages require() its CommonJS build.
import { build } from 'esbuild';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const manifests = ['package.json', ...globSync(['{kernel,schema,saga,gateway,standalone,tests,bench}/package.json', 'subgraphs/*/package.json'], { cwd: root })]
  .map((file) => JSON.parse(readFileSync(join(root, file), 'utf8')));
const thirdParty = new Set(manifests.flatMap(({ dependencies = {}, devDependencies = {} }) => [...Object.keys(dependencies), ...Object.keys(devDependencies)]));
const external = [...thirdParty].flatMap((name) => [name, `${name}/*`]);

const entryPoints = {
  'standalone/main': 'standalone/main.ts',
  'standalone/token': 'standalone/token.ts',
  'gateway/main': 'gateway/main.ts',
  'schema/generate': 'standalone/generate-schema.ts',
  'bench/main': 'bench/main.ts',
};

const outdir = join(root, 'dist');
rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(Object.entries(entryPoints).filter(([, file]) => existsSync(join(root, file)))),
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  external,
  sourcemap: true,
  logLevel: 'warning',
});
