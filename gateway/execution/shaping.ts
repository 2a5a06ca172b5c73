import { GraphQLError } from 'graphql';
import type { DeniedField } from '../security/operation-access';
import type { ResponseNames } from '../planning/response-names';
import { maxErrors } from '../transport/results';
import type { PlanResult } from './plan-executor';
import { reasonsOf } from './reasons';
import type { Reasons } from './reasons';
import { ResponseTooLong } from './response-size';

/** What one answer's shaping comes to, and what it needs to know. */
export class Shaping {
  /** Planned names and list indices down to where the writers are; what is deeper than they are is left over. */
  readonly path: (string | number)[] = [];
  readonly errors: GraphQLError[] = [];
  /** Characters of the text so far. Writers set it before each part that they write, so that it counts what stands before that part. */
  size = 0;
  /** Where a value is of a type whose fragments were left out: once for each place, whatever the number of its items. */
  readonly hidden = new Map<string, DeniedField>();
  /** Of objects that stand at several places: their text, and the fields that it was written by. */
  readonly texts: Map<object, { readonly by: object; readonly text: string }> | undefined;
  /** Nulls where none may be for which there is a reason: told only if else nobody would know why there is no data. */
  private readonly accounted: GraphQLError[] = [];
  private reasons: Reasons | undefined;

  /** @param maxSize characters; what is longer is thrown as {@link ResponseTooLong}. */
  constructor(readonly result: PlanResult, readonly names: ResponseNames, readonly variables: Readonly<Record<string, unknown>>, private readonly maxSize: number) {
    if (result.repeated && result.repeated.size > 0) this.texts = new Map();
  }

  /** Counts what was written before the next part. @throws {ResponseTooLong} */
  count(size: number): void {
    this.size = size;
    if (size > this.maxSize) throw new ResponseTooLong();
  }

  /** A null where none may be. Returns what tells that to the writer above. */
  missing(depth: number, where: string): undefined {
    const place = this.path.slice(0, depth);
    const error = new GraphQLError(`Cannot return null for non-nullable field ${where}.`, { path: this.clientPath(place) });
    if (this.accountedFor(place)) {
      if (this.accounted.length === 0) this.accounted.push(error);
    } else {
      this.tell(error);
    }
  }

  /** A value that its type does not have. */
  wrong(depth: number, where: string): undefined {
    this.tell(new GraphQLError(`A subgraph gave a value that is not of the type of ${where}`, { path: this.clientPath(this.path.slice(0, depth)) }));
  }

  hide(depth: number, type: string, denial: DeniedField['denial']): void {
    const path = this.clientPath(this.path.slice(0, depth)).filter((step) => typeof step === 'string');
    const key = `${path.join('.')} ${type}`;
    if (!this.hidden.has(key)) this.hidden.set(key, { denial, path, conditions: [] });
  }

  /** Why there is no data at all, if nothing else tells. */
  get lastResort(): readonly GraphQLError[] {
    return this.accounted;
  }

  clientPath(path: readonly (string | number)[]): (string | number)[] {
    return path.map((step) => (typeof step === 'string' ? this.names.clientName(step) : step));
  }

  private tell(error: GraphQLError): void {
    if (this.errors.length < maxErrors) this.errors.push(error);
  }

  private accountedFor(place: readonly (string | number)[]): boolean {
    this.reasons ??= reasonsOf(this.result);
    return this.reasons.accountFor(place);
  }
}
