import { GraphQLError } from 'graphql';
import type { DeniedField } from '../security/operation-access';
import type { PlanResult } from './plan-executor';
import { toldPath } from './selected-paths';
import { Shaping } from './shaping';
import { rootWriter } from './value-writers';
import type { ValueWriter, WriterParts } from './value-writers';

/** An answer's data in the client's form. */
interface ShapedData {
  /** JSON; `null` where a null could stand nowhere below. */
  readonly text: string;
  /** Of the subgraphs' errors, those at places that the client asks for or misses. */
  readonly told: readonly GraphQLError[];
  /** What the data itself shows to be wrong. Not yet fit for clients. */
  readonly errors: readonly GraphQLError[];
  readonly hidden: readonly DeniedField[];
}

/**
 * Gives answers the form of the client's operation: its fields in its order, null for what was denied and for the nearest nullable field above a null that may not be, and
 * nothing that it did not ask for.
 */
export class OperationShape {
  private readonly writeRoot: ValueWriter;

  constructor(private readonly parts: WriterParts) {
    const { client: { operation }, schema } = parts;
    const root = schema.getRootType(operation.operation);
    if (!root) throw new Error(`The schema has no root for a ${operation.operation}`);
    this.writeRoot = rootWriter(parts, root);
  }

  private toldError(error: GraphQLError, data: PlanResult['data']): GraphQLError | undefined {
    const { path, message, extensions, originalError } = error;
    if (path === undefined) return error;
    const told = toldPath(this.parts, data, path);
    if (told === undefined || told === path) return told === path ? error : undefined;
    return new GraphQLError(message, { path: told, extensions, originalError });
  }

  /**
   * `variables`: with the operation's defaults. `maxSize`: characters of the text.
   * @throws {ResponseTooLong} before a longer text exists.
   */
  write(result: PlanResult, variables: Readonly<Record<string, unknown>>, maxSize: number): ShapedData {
    const told = result.errors.length === 0 ? result.errors : result.errors.flatMap((error) => this.toldError(error, result.data) ?? []);
    const shaping = new Shaping(result, this.parts.names, variables, maxSize);
    const text = result.data === null ? 'null' : this.writeRoot(result.data, shaping, 0) ?? 'null';
    const isUnexplained = text === 'null' && told.length === 0 && shaping.errors.length === 0;
    return { text, told, errors: isUnexplained ? shaping.lastResort : shaping.errors, hidden: [...shaping.hidden.values()] };
  }
}
