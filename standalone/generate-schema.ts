import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientSdl, generatedSchema } from './generated-schema';

/**
 * Writes schema/graphql/ anew. With `--release` it also makes what clients see now the baseline that later changes are
 * compared with.
 */
const directory = join(process.cwd(), 'schema', 'graphql');
mkdirSync(directory, { recursive: true });
const files = generatedSchema();
if (process.argv.includes('--release')) files['released.graphql'] = clientSdl(files['supergraph.graphql'] ?? '');
for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
process.stdout.write(`Wrote ${Object.keys(files).join(', ')} to ${directory}\n`);
