import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildSchema } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { loadSupergraph } from '../supergraph/load-supergraph';
import { embeddedDocuments } from './embedded-documents';
import { extractOperations, ExtractionFailed } from './extracted-operations';
import type { ExtractedOperation } from './extracted-operations';

const usage = `Extracts the operations of a client's code, as a list of trusted documents.

  trusted-documents --out FILE [--schema FILE] [--format apollo|map] [--typename] GLOB...

  GLOB            .graphql and .gql files, and gql\`...\`, graphql\`...\`, gql(\`...\`), graphql(\`...\`) in TypeScript and JavaScript
  --out FILE      where the list is written to; - writes it to the standard output
  --schema FILE   a schema or a supergraph in SDL, which the operations have to be valid for
  --format apollo a persisted-query manifest as Apollo's tools have it (the default)
  --format map    one object of texts by their SHA-256
  --typename      ask for __typename in each selection, as Apollo Client and urql do by themselves
`;

function main(args: string[]): void {
  const { values, positionals } = parseArgs({
    args, allowPositionals: true,
    options: { out: { type: 'string' }, schema: { type: 'string' }, format: { type: 'string', default: 'apollo' }, typename: { type: 'boolean', default: false }, help: { type: 'boolean' } },
  });
  if (values.help) return void process.stdout.write(usage);
  const { out, format } = values;
  if (out === undefined) throw new Error('--out FILE is missing: where is the list to go?');
  if (format !== 'apollo' && format !== 'map') throw new Error(`--format has to be apollo or map, not "${format}"`);
  const files = globSync(positionals, { exclude: (name) => name === 'node_modules' }).sort();
  if (files.length === 0) throw new Error(positionals.length === 0 ? 'GLOB is missing: where is the code?' : `No file is named like ${positionals.join(' or ')}`);
  const documents = files.flatMap((file) => embeddedDocuments(file, readFileSync(file, 'utf8')));
  const operations = extractOperations(documents, { schema: values.schema === undefined ? undefined : readSchema(values.schema), typeNames: values.typename });
  const text = `${JSON.stringify(format === 'apollo' ? manifestOf(operations) : Object.fromEntries(operations.map(({ id, body }) => [id, body])), undefined, 2)}\n`;
  if (out === '-') return void process.stdout.write(text);
  writeFileSync(out, text);
  process.stderr.write(`${out}: ${operations.length} operations of ${files.length} files\n`);
}

function manifestOf(operations: readonly ExtractedOperation[]): object {
  return { format: 'apollo-persisted-query-manifest', version: 1, operations };
}

function readSchema(file: string): GraphQLSchema {
  const sdl = readFileSync(file, 'utf8');
  return /@link\(url: *"https:\/\/specs\.apollo\.dev\/join\//.test(sdl) ? loadSupergraph(sdl).apiSchema : buildSchema(sdl);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  const lines = error instanceof ExtractionFailed ? error.problems : [error instanceof Error ? error.message : String(error)];
  process.stderr.write(lines.map((line) => `trusted-documents: ${line}\n`).join(''));
  process.exitCode = 1;
}
