import {
  doTypesOverlap, getNamedType, isAbstractType, isCompositeType, isLeafType, isNonNullType, isObjectType, isUnionType, Kind, OperationTypeNode, print,
  SchemaMetaFieldDef, TypeMetaFieldDef, validate,
} from 'graphql';
import type {
  ArgumentNode, DirectiveNode, DocumentNode, FieldNode, FragmentDefinitionNode, GraphQLCompositeType, GraphQLField, GraphQLObjectType, GraphQLSchema, NameNode,
  SelectionNode, SelectionSetNode,
} from 'graphql';
import type { RandomSource } from './random-source';
import { RandomValues } from './random-values';
import { withoutConflicts } from './without-conflicts';

/** A valid document with what is sent beside it. */
export interface RandomOperation {
  readonly document: DocumentNode;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
}

export interface OperationOptions {
  readonly schema: GraphQLSchema;
  readonly samples: Readonly<Record<string, readonly unknown[]>>;
  /** Instead of names that fields have. */
  readonly aliases?: readonly string[];
}

const maxFields = 22;
const maxDepth = 5;
const maxFragments = 3;

/** A valid operation on the schema, of any kind but a subscription. */
export function randomOperation(options: OperationOptions, random: RandomSource): RandomOperation {
  for (;;) {
    const operation = new OperationWriter(options, random).write();
    if (operation) return operation;
  }
}

class OperationWriter {
  private readonly values: RandomValues;
  private readonly fragments: FragmentDefinitionNode[] = [];
  private readonly fragmentNames = new Set<string>();
  private fieldsLeft = maxFields;
  /** Names that aliases are taken from: those of fields, so that they meet. */
  private readonly names: readonly string[];

  constructor(private readonly options: OperationOptions, private readonly random: RandomSource) {
    this.values = new RandomValues(random, options.samples);
    const types = Object.values(options.schema.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__')) as GraphQLObjectType[];
    this.names = options.aliases ?? [...new Set(types.flatMap((type) => Object.keys(type.getFields()))), 'id', 'a', 'b', 'c'];
  }

  /** Undefined if what came out could not be made valid. */
  write(): RandomOperation | undefined {
    const { schema } = this.options;
    const mutation = schema.getMutationType();
    const isMutation = mutation && this.random.chance(15);
    const root = isMutation ? mutation : schema.getQueryType();
    if (!root) throw new Error('The schema has no Query');
    const selectionSet = this.selections(root, maxDepth);
    const isNamed = this.random.chance(40);
    const others = isNamed && this.random.chance(20) ? [other] : [];
    const document = withoutConflicts(schema, {
      kind: Kind.DOCUMENT,
      definitions: [
        ...others,
        {
          kind: Kind.OPERATION_DEFINITION,
          operation: isMutation ? OperationTypeNode.MUTATION : OperationTypeNode.QUERY,
          ...(isNamed ? { name: named('Asked') } : {}),
          variableDefinitions: [...this.values.definitions],
          selectionSet,
        },
        ...this.fragments,
      ],
    }, this.random);
    if (!document || validate(schema, document).length > 0) return undefined;
    return { document, text: print(document), variables: this.values.variables, operationName: isNamed && (others.length > 0 || this.random.chance(50)) ? 'Asked' : undefined };
  }

  private selections(type: GraphQLCompositeType, depth: number): SelectionSetNode {
    const selections: SelectionNode[] = [];
    for (let count = 1 + this.random.below(4); count > 0 && this.fieldsLeft > 0; count -= 1) selections.push(...this.selection(type, depth));
    return { kind: Kind.SELECTION_SET, selections: selections.length > 0 ? selections : [typename(undefined)] };
  }

  private selection(type: GraphQLCompositeType, depth: number): SelectionNode[] {
    const kind = this.random.below(100);
    if (kind < 7) return [this.conditional(typename(this.random.chance(30) ? named(this.random.pick(this.names)) : undefined))];
    if (kind < (isAbstractType(type) ? 55 : 17)) return [this.conditional(this.inlineFragment(type, depth))];
    if (kind < (isAbstractType(type) ? 70 : 30)) {
      const spread = this.spread(type, depth);
      if (spread) return [this.conditional(spread)];
    }
    return this.field(type, depth);
  }

  private inlineFragment(type: GraphQLCompositeType, depth: number): SelectionNode {
    if (this.random.chance(15)) return { kind: Kind.INLINE_FRAGMENT, selectionSet: this.selections(type, depth) };
    const condition = this.random.pick(this.overlapping(type));
    return { kind: Kind.INLINE_FRAGMENT, typeCondition: namedType(condition), selectionSet: this.selections(condition, depth) };
  }

  private spread(type: GraphQLCompositeType, depth: number): SelectionNode | undefined {
    const { schema } = this.options;
    const usable = this.fragments.filter(({ typeCondition }) => doTypesOverlap(schema, schema.getType(typeCondition.name.value) as GraphQLCompositeType, type));
    const known = usable.length > 0 && this.random.chance(60) ? this.random.pick(usable) : undefined;
    const fragment = known ?? this.fragment(type, depth);
    return fragment && { kind: Kind.FRAGMENT_SPREAD, name: fragment.name };
  }

  /** It can be spread only once it is written, so that none reaches itself. */
  private fragment(type: GraphQLCompositeType, depth: number): FragmentDefinitionNode | undefined {
    if (this.fragmentNames.size >= maxFragments) return undefined;
    const name = `F${this.fragmentNames.size + 1}`;
    this.fragmentNames.add(name);
    const condition = this.random.pick(this.overlapping(type));
    const fragment: FragmentDefinitionNode = {
      kind: Kind.FRAGMENT_DEFINITION, name: named(name), typeCondition: namedType(condition), selectionSet: this.selections(condition, Math.min(depth, 3)),
    };
    this.fragments.push(fragment);
    return fragment;
  }

  private overlapping(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    const { schema } = this.options;
    const others = Object.values(schema.getTypeMap()).filter(isCompositeType)
      .filter((other) => !other.name.startsWith('__') && doTypesOverlap(schema, type, other));
    // The types themselves more often than the interfaces around them.
    return isAbstractType(type) ? [...others, ...schema.getPossibleTypes(type)] : [...others, type];
  }

  private field(type: GraphQLCompositeType, depth: number): SelectionNode[] {
    const candidates = this.fieldsOf(type).filter((field) => isLeafType(getNamedType(field.type)) || (depth > 0 && this.fieldsLeft > 0));
    if (candidates.length === 0) return [typename(undefined)];
    const field = this.random.pick(candidates);
    this.fieldsLeft -= 1;
    const alias = this.random.chance(25) ? { alias: named(this.random.pick(this.names)) } : {};
    const args = field.args.flatMap((argument): ArgumentNode[] => {
      const isNeeded = isNonNullType(argument.type) && argument.defaultValue === undefined;
      return isNeeded || this.random.chance(60) ? [{ kind: Kind.ARGUMENT, name: named(argument.name), value: this.values.valueFor(argument) }] : [];
    });
    const again = (): SelectionNode => this.conditional({ kind: Kind.FIELD, name: named(field.name), ...alias, arguments: args, ...this.below(field, depth) });
    if (!this.random.chance(12)) return [again()];
    // Two that have to be merged, maybe one of them in a fragment.
    const twice: SelectionNode = this.random.chance(50) ? again() : { kind: Kind.INLINE_FRAGMENT, typeCondition: namedType(type), selectionSet: { kind: Kind.SELECTION_SET, selections: [again()] } };
    return [again(), twice];
  }

  private below({ type }: GraphQLField<unknown, unknown>, depth: number): Pick<FieldNode, 'selectionSet'> {
    const inner = getNamedType(type);
    return isCompositeType(inner) ? { selectionSet: this.selections(inner, depth - 1) } : {};
  }

  private fieldsOf(type: GraphQLCompositeType): readonly GraphQLField<unknown, unknown>[] {
    if (isUnionType(type)) return [];
    const fields = Object.values(type.getFields());
    const isQuery = type === this.options.schema.getQueryType();
    return isQuery && this.random.chance(4) ? [this.random.pick([SchemaMetaFieldDef, TypeMetaFieldDef])] : fields;
  }

  private conditional<Node extends SelectionNode>(node: Node): Node {
    if (!this.random.chance(12)) return node;
    const directive = (name: string): DirectiveNode => ({
      kind: Kind.DIRECTIVE, name: named(name), arguments: [{ kind: Kind.ARGUMENT, name: named('if'), value: this.values.condition() }],
    });
    const both = this.random.chance(15) ? [directive('skip'), directive('include')] : [directive(this.random.pick(['skip', 'include']))];
    return { ...node, directives: both };
  }
}

const other = {
  kind: Kind.OPERATION_DEFINITION as const, operation: OperationTypeNode.QUERY, name: { kind: Kind.NAME as const, value: 'NotAsked' },
  selectionSet: { kind: Kind.SELECTION_SET as const, selections: [{ kind: Kind.FIELD as const, name: { kind: Kind.NAME as const, value: '__typename' } }] },
};

function named(value: string): NameNode {
  return { kind: Kind.NAME, value };
}

function namedType({ name }: GraphQLCompositeType) {
  return { kind: Kind.NAMED_TYPE as const, name: named(name) };
}

function typename(alias: NameNode | undefined): FieldNode {
  return { kind: Kind.FIELD, name: named('__typename'), ...(alias ? { alias } : {}) };
}
