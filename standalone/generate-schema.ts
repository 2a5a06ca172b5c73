import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientSdl, generatedSchema } from './generated-schema';

/**
 * Writes the generated files of schema/graphql/. With `--release`, what clients see becomes the baseline that later changes are compared with; the changes
 * that were accepted since the last release are part of it, so their list becomes empty.
 */
const directory = join(process.cwd(), 'schema', 'graphql');
mkdirSync(directory, { recursive: true });
const files = generatedSchema();
if (process.argv.includes('--release')) {
  files['released.graphql'] = clientSdl(files['supergraph.graphql'] ?? '');
  files['accepted-changes.json'] = '[]\n';
}
for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
process.stdout.write(`Wrote ${Object.keys(files).join(', ')} to ${directory}\n`);
