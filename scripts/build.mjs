// Bundles every entry point into dist/, unless nothing changed since. Third-party packages stay outside (they are loaded from
// node_modules); the workspace's own packages are bundled in. The output is CommonJS: graphql must exist once per process,
// and the Apollo packages require() its CommonJS build.
import { build } from 'esbuild';
import { existsSync, globSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outdir = join(root, 'dist');
const stamp = join(outdir, '.built');

const rooms = '{kernel,schema,subgraphs,saga,gateway,standalone,distributed,sign-in,servers,tests,bench,scripts}';
const sources = globSync([`${rooms}/**/*.{ts,tsx,jsx,css,html,graphql,mjs,json}`, 'package.json', 'tsconfig.json'], { cwd: root, exclude: (name) => name === 'node_modules' });
const changed = (file) => statSync(join(root, file)).mtimeMs;
// A file that was removed shows in the list of files, one that was changed in its time.
const state = JSON.stringify(sources.sort().map((file) => [file, changed(file)]));
if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) process.exit(0);

const manifests = sources.filter((file) => file.endsWith('package.json')).map((file) => JSON.parse(readFileSync(join(root, file), 'utf8')));
const thirdParty = new Set(manifests.flatMap(({ dependencies = {}, devDependencies = {} }) => [...Object.keys(dependencies), ...Object.keys(devDependencies)]));
const external = [...thirdParty].filter((name) => !name.startsWith('@test-planning/')).flatMap((name) => [name, `${name}/*`]);

// Built aside and moved into place, so that a server that is running from dist/ never finds half of it.
const draft = `${outdir}.${process.pid}`;
await build({
  absWorkingDir: root,
  entryPoints: {
    'standalone/main': 'standalone/main.ts',
    'standalone/backup': 'standalone/backup.ts',
    'distributed/main': 'distributed/main.ts',
    'distributed/backup': 'distributed/backup/main.ts',
    'distributed/runner': 'distributed/runner/main.ts',
    'sign-in/token': 'sign-in/token.ts',
    'gateway/main': 'gateway/main.ts',
    'gateway/trusted-documents': 'gateway/extraction/main.ts',
    'schema/generate': 'standalone/generate-schema.ts',
    'servers/main': 'servers/main.ts',
    'bench/main': 'bench/main.ts',
    'conformance/main': 'tests/conformance/main.ts',
    'federation-audit/main': 'tests/federation-audit/main.ts',
    'bench/gateway/subgraphs': 'bench/gateway/queries/processes/subgraphs.ts',
    'bench/gateway/by-hand': 'bench/gateway/queries/processes/by-hand.ts',
    'bench/gateway/feed': 'bench/gateway/subscriptions/processes/feed.ts',
    'bench/gateway/bare': 'bench/gateway/subscriptions/processes/bare.ts',
    'bench/gateway/subscribers': 'bench/gateway/subscriptions/processes/subscribers.ts',
    'bench/gateway/collect-when-told': 'bench/gateway/subscriptions/processes/collect-when-told.ts',
  },
  outdir: draft,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  external,
  loader: { '.graphql': 'text' },
  sourcemap: true,
  logLevel: 'warning',
});
// The gateway's query page: everything that a browser needs, so that it works without internet access.
await build({
  absWorkingDir: root,
  entryPoints: { page: 'gateway/http/graphiql/page.jsx' },
  outdir: join(draft, 'gateway/query-page'),
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.woff2': 'dataurl', '.woff': 'dataurl', '.ttf': 'dataurl' },
  logLevel: 'error',
});
writeFileSync(join(draft, '.built'), state);
rmSync(`${draft}.old`, { recursive: true, force: true });
if (existsSync(outdir)) renameSync(outdir, `${draft}.old`);
renameSync(draft, outdir);
rmSync(`${draft}.old`, { recursive: true, force: true });
