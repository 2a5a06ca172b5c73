import type { GraphQLError } from 'graphql';

/** What an estimate depends on, and what it finds on its way. */
export interface Estimation {
  /** With the operation's defaults filled in. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly problems: GraphQLError[];
}

/** A part of a cost: a number where no variable has a say in it. */
export type CostTerm = number | ((estimation: Estimation) => number);

export function valueOf(term: CostTerm, estimation: Estimation): number {
  return typeof term === 'number' ? term : term(estimation);
}

export function sumOf(terms: readonly CostTerm[]): CostTerm {
  let constant = 0;
  const variable: ((estimation: Estimation) => number)[] = [];
  for (const term of terms) {
    if (typeof term === 'number') constant += term;
    else variable.push(term);
  }
  if (variable.length === 0) return constant;
  return (estimation) => variable.reduce((sum, term) => sum + term(estimation), constant);
}

export function greatestOf(terms: readonly CostTerm[]): CostTerm {
  const [only, ...others] = terms;
  if (only === undefined || others.length === 0) return only ?? 0;
  if (terms.every((term) => typeof term === 'number')) return Math.max(...terms);
  return (estimation) => Math.max(...terms.map((term) => valueOf(term, estimation)));
}

export function productOf(size: CostTerm, each: CostTerm): CostTerm {
  if (typeof size === 'number' && typeof each === 'number') return times(size, each);
  return (estimation) => times(valueOf(size, estimation), valueOf(each, estimation));
}

/** Nothing, however often, is nothing: also infinitely often. */
function times(size: number, each: number): number {
  return size === 0 || each === 0 ? 0 : size * each;
}
