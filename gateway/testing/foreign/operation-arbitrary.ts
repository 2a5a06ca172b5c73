import fc from 'fast-check';
import type { Random } from 'fast-check';
import { Kind, print, validate, visit } from 'graphql';
import type { ASTNode, DocumentNode, FragmentDefinitionNode } from 'graphql';
import { randomOperation } from './random-operation';
import type { OperationOptions, RandomOperation } from './random-operation';
import { RandomSource } from './random-source';

/** Valid operations on a schema. A failing one shrinks by leaving out, one after the other, whatever can be left out. */
export class OperationArbitrary extends fc.Arbitrary<RandomOperation> {
  constructor(private readonly options: OperationOptions) {
    super();
  }

  override generate(random: Random): fc.Value<RandomOperation> {
    return this.shown(randomOperation(this.options, new RandomSource((min, max) => random.nextInt(min, max))));
  }

  override canShrinkWithoutContext(value: unknown): value is RandomOperation {
    return typeof value === 'object' && value !== null && 'document' in value;
  }

  override shrink(operation: RandomOperation): fc.Stream<fc.Value<RandomOperation>> {
    return new fc.Stream(this.smaller(operation));
  }

  private *smaller({ document, variables, operationName }: RandomOperation): Generator<fc.Value<RandomOperation>, void> {
    for (let place = 0; ; place += 1) {
      const smaller = leftOut(document, place);
      if (!smaller) return;
      const tidy = withoutUnused(smaller);
      if (validate(this.options.schema, tidy).length > 0) continue;
      const declared = new Set(tidy.definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? node.variableDefinitions ?? [] : [])).map(({ variable }) => variable.name.value));
      yield this.shown({ document: tidy, text: print(tidy), variables: Object.fromEntries(Object.entries(variables).filter(([name]) => declared.has(name))), operationName });
    }
  }

  private shown(operation: RandomOperation): fc.Value<RandomOperation> {
    const text = `${operation.text}\n${JSON.stringify(operation.variables)}`;
    return new fc.Value(Object.defineProperty(operation, fc.toStringMethod, { value: () => text, enumerable: false }), undefined);
  }
}

/** The document without the part at this place, counted from the outside in; undefined behind the last. */
function leftOut(document: DocumentNode, place: number): DocumentNode | undefined {
  let seen = -1;
  let isDone = false;
  const edited = visit(document, {
    enter(node, _key, parent) {
      if (isDone) return false;
      const edit = simpler(node, parent);
      if (edit === undefined) return undefined;
      seen += 1;
      if (seen !== place) return undefined;
      isDone = true;
      return edit;
    },
  }) as DocumentNode;
  return isDone ? edited : undefined;
}

/** What a node may be replaced by; null leaves it out, undefined lets it be. */
function simpler(node: ASTNode, parent: ASTNode | readonly ASTNode[] | undefined): ASTNode | null | undefined {
  switch (node.kind) {
    case Kind.FIELD:
    case Kind.INLINE_FRAGMENT:
    case Kind.FRAGMENT_SPREAD:
      return Array.isArray(parent) && parent.length === 1 ? undefined : null;
    case Kind.ARGUMENT:
    case Kind.DIRECTIVE:
    case Kind.OBJECT_FIELD:
      return null;
    default:
      return undefined;
  }
}

function withoutUnused(document: DocumentNode): DocumentNode {
  const spread = new Set<string>();
  const byName = new Map(document.definitions.filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
  const variables = new Set<string>();
  const follow = (start: ASTNode): void => {
    visit(start, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread({ name }) {
        const fragment = byName.get(name.value);
        if (!fragment || spread.has(name.value)) return;
        spread.add(name.value);
        follow(fragment);
      },
    });
  };
  for (const node of document.definitions) if (node.kind === Kind.OPERATION_DEFINITION) follow(node);
  return visit(document, {
    FragmentDefinition: ({ name }) => (spread.has(name.value) ? undefined : null),
    VariableDefinition: ({ variable }) => (variables.has(variable.name.value) ? undefined : null),
  });
}
