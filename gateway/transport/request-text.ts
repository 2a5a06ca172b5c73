import { createHash } from 'node:crypto';
import type { SubgraphOperation } from './subgraph-transport';

/** How an operation is named in a request: by its text, by its text's hash alone, or by both, so that the subgraph learns what the hash stands for. */
type Naming = 'text' | 'hash' | 'both';

/** What of an operation's requests is always the same, serialised once. */
export class RequestText {
  private readonly starts: Partial<Record<Naming, string>> = {};

  constructor(private readonly operation: SubgraphOperation) {}

  /** A request's body. `variables`: as JSON. */
  body(variables: string, naming: Naming = 'text'): string {
    return `${this.starts[naming] ??= this.start(naming)}${variables}}`;
  }

  private start(naming: Naming): string {
    const { query, operationName } = this.operation;
    const persistedQuery = naming === 'text' ? undefined : { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') };
    const constant = JSON.stringify({ query: naming === 'hash' ? undefined : query, operationName, extensions: persistedQuery && { persistedQuery } });
    return `${constant.slice(0, -1)},"variables":`;
  }
}

const noVariables = '{}';

export function variablesText(variables: Readonly<Record<string, unknown>> | undefined): string {
  return variables ? JSON.stringify(variables) : noVariables;
}
