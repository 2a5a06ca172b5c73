import type { GraphQLError } from 'graphql';
import { BoundedCache } from '../bounded-cache';
import type { DeniedField } from '../security/operation-access';
import { conditionVariables } from './field-collection';
import type { PlanResult } from './plan-executor';
import { Shaping } from './shaping';
import { rootWriter } from './value-writers';
import type { ValueWriter, WriterParts } from './value-writers';

/** An answer's data in the client's form. */
export interface ShapedData {
  /** JSON; `null` where a null could stand nowhere below. */
  readonly text: string;
  /** What the data itself shows to be wrong. Not yet fit for clients. */
  readonly errors: readonly GraphQLError[];
  readonly hidden: readonly DeniedField[];
}

/** Each set of fields that @skip and @include leave is compiled for itself; of the many that there could be, those in use are kept. */
const cachedVariants = 32;

/**
 * Gives answers the form of the client's operation: its fields in its order, null for what was denied and for the nearest nullable field above a null that may not be, and
 * nothing that it did not ask for.
 */
export class OperationShape {
  private readonly conditions: readonly string[];
  private readonly variants = new BoundedCache<string, ValueWriter>(cachedVariants);

  constructor(private readonly parts: Omit<WriterParts, 'variables'>) {
    this.conditions = conditionVariables(parts.client);
  }

  /** `variables`: with the operation's defaults. */
  write(result: PlanResult, variables: Readonly<Record<string, unknown>>): ShapedData {
    const shaping = new Shaping(result, this.parts.names, variables);
    const text = result.data === null ? 'null' : this.writerFor(variables)(result.data, shaping, 0) ?? 'null';
    const isUnexplained = text === 'null' && result.errors.length === 0 && shaping.errors.length === 0;
    return { text, errors: isUnexplained ? shaping.lastResort : shaping.errors, hidden: [...shaping.hidden.values()] };
  }

  private writerFor(variables: Readonly<Record<string, unknown>>): ValueWriter {
    let key = '';
    for (const name of this.conditions) key += variables[name] === true ? '1' : '0';
    const known = this.variants.get(key);
    if (known) return known;
    const { client, schema } = this.parts;
    const root = schema.getRootType(client.operation.operation);
    if (!root) throw new Error(`The schema has no root for a ${client.operation.operation}`);
    const writer = rootWriter({ ...this.parts, variables }, root);
    this.variants.set(key, writer);
    return writer;
  }
}
