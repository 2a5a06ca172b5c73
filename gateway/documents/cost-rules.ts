import type { CoreFeatures, Schema, SchemaElement } from '@apollo/federation-internals';

/** What a field's @listSize says. */
export interface ListSize {
  readonly assumedSize: number | undefined;
  /** Arguments of which one says how long the list is. */
  readonly slicingArguments: readonly string[];
  /** Fields below this one which the size is meant for; none: it is meant for the field itself. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** What a supergraph says about the cost of its parts, by their coordinates: `Type`, `Type.field`, `Type.field(argument:)`. */
export interface CostRules {
  readonly weights: ReadonlyMap<string, number>;
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

const costSpec = 'https://specs.apollo.dev/cost';

/** Reads @cost and @listSize of the specification https://specs.apollo.dev/cost, by whatever names the supergraph has them. */
export function costRulesOf(schema: Schema, features: CoreFeatures): CostRules {
  const spec = features.getByIdentity(costSpec);
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  if (!spec) return { weights, listSizes };
  const cost = spec.directiveNameInSchema('cost');
  const listSize = spec.directiveNameInSchema('listSize');

  function weigh(element: SchemaElement<never, never> & { readonly coordinate: string }): void {
    const [applied] = element.appliedDirectivesOf(cost);
    if (applied) weights.set(element.coordinate, Number(applied.arguments()['weight']));
  }

  for (const type of schema.allTypes()) {
    weigh(type as never);
    if (type.kind === 'InputObjectType') for (const field of type.fields()) weigh(field as never);
    if (type.kind !== 'ObjectType' && type.kind !== 'InterfaceType') continue;
    for (const field of type.fields()) {
      weigh(field as never);
      for (const argument of field.arguments()) weigh(argument as never);
      const [applied] = field.appliedDirectivesOf(listSize);
      if (applied) listSizes.set(field.coordinate, listSizeOf(applied.arguments(true)));
    }
  }
  return { weights, listSizes };
}

function listSizeOf({ assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument }: Readonly<Record<string, unknown>>): ListSize {
  return {
    assumedSize: typeof assumedSize === 'number' ? assumedSize : undefined,
    slicingArguments: Array.isArray(slicingArguments) ? slicingArguments.map(String) : [],
    sizedFields: Array.isArray(sizedFields) ? sizedFields.map(String) : [],
    requireOneSlicingArgument: requireOneSlicingArgument !== false,
  };
}
