import { getNullableType, GraphQLBoolean, GraphQLNonNull, isEnumType, isInputObjectType, isListType, isNonNullType, Kind, parseType } from 'graphql';
import type { ConstValueNode, GraphQLArgument, GraphQLInputField, GraphQLInputType, ObjectFieldNode, ValueNode, VariableDefinitionNode } from 'graphql';
import type { RandomSource } from './random-source';

type Samples = Readonly<Record<string, readonly unknown[]>>;

interface DeclaredVariable {
  readonly definition: VariableDefinitionNode;
  readonly type: string;
  readonly mayStandWhereNullMayNot: boolean;
}

const maxVariables = 8;
const maxDepth = 3;

const builtIn: Samples = {
  Int: [0, 1, 2, 3, -7, 40],
  Float: [0, 1.5, -2.25, 10],
  String: ['', 'a', 'Zürich', 'two\nlines "quoted"'],
  Boolean: [true, false],
  ID: ['1', '2', '3', 'x'],
};

/** Arguments' values: literals, variables, and literals with variables in them. Keeps what the operation has to declare, and what is sent with it. */
export class RandomValues {
  private readonly declared: DeclaredVariable[] = [];
  readonly variables: Record<string, unknown> = {};

  constructor(private readonly random: RandomSource, private readonly samples: Samples) {}

  get definitions(): readonly VariableDefinitionNode[] {
    return this.declared.map(({ definition }) => definition);
  }

  /** For an argument, or a field of an input object. */
  valueFor(place: GraphQLArgument | GraphQLInputField): ValueNode {
    return this.value(place.type, place.defaultValue !== undefined, 0);
  }

  condition(): ValueNode {
    if (this.random.chance(40)) return { kind: Kind.BOOLEAN, value: this.random.chance(50) };
    return this.variable(new GraphQLNonNull(GraphQLBoolean), false);
  }

  private value(type: GraphQLInputType, hasDefault: boolean, depth: number): ValueNode {
    if (this.random.chance(depth === 0 ? 35 : 20) && this.declared.length < maxVariables) return this.variable(type, hasDefault);
    return this.literal(type, depth);
  }

  private literal(type: GraphQLInputType, depth: number): ValueNode {
    if (isNonNullType(type)) return this.literal(getNullableType(type), -Math.abs(depth) - 1);
    // Below a non-null type the depth comes negated.
    const isNullable = depth >= 0;
    const level = Math.abs(depth);
    if (isNullable && this.random.chance(8)) return { kind: Kind.NULL };
    if (isListType(type)) {
      if (this.random.chance(10)) return this.literal(new GraphQLNonNull(getNullableType(type.ofType)), level + 1);
      return { kind: Kind.LIST, values: this.times(3, () => this.value(type.ofType, false, level + 1)) };
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => this.isGiven(field, level));
      return { kind: Kind.OBJECT, fields: fields.map((field): ObjectFieldNode => ({
        kind: Kind.OBJECT_FIELD, name: { kind: Kind.NAME, value: field.name }, value: this.value(field.type, field.defaultValue !== undefined, level + 1),
      })) };
    }
    const value = this.json(type, level);
    return isEnumType(type) ? { kind: Kind.ENUM, value: String(value) } : literalOf(value, type.toString() === 'Float');
  }

  private variable(type: GraphQLInputType, hasDefault: boolean): ValueNode {
    const known = this.declared.filter((one) => one.type === type.toString() || one.type === `${type.toString()}!`
      || (`${one.type}!` === type.toString() && one.mayStandWhereNullMayNot));
    const { definition: { variable } } = known.length > 0 && this.random.chance(50) ? this.random.pick(known) : this.declare(type, hasDefault);
    return variable;
  }

  private declare(place: GraphQLInputType, placeHasDefault: boolean): DeclaredVariable {
    const random = this.random;
    const neverNull = isNonNullType(place);
    const isStrict = neverNull ? !random.chance(40) : random.chance(15);
    const nullable = getNullableType(place) as GraphQLInputType;
    const takesDefault = neverNull && !isStrict ? !placeHasDefault || random.chance(60) : random.chance(35);
    const name = `v${this.declared.length + 1}`;
    const type = isStrict ? `${nullable.toString()}!` : nullable.toString();
    const definition: VariableDefinitionNode = {
      kind: Kind.VARIABLE_DEFINITION,
      variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
      type: parseType(type),
      ...(takesDefault ? { defaultValue: this.constant(!isStrict && !neverNull ? nullable : new GraphQLNonNull(nullable as never)) } : {}),
    };
    const declared = { definition, type, mayStandWhereNullMayNot: takesDefault && definition.defaultValue?.kind !== Kind.NULL && neverNull };
    this.declared.push(declared);
    if ((isStrict || neverNull) && !(takesDefault || (placeHasDefault && !isStrict) ? random.chance(40) : false)) {
      this.variables[name] = this.json(new GraphQLNonNull(nullable as never), 0);
    } else if (!isStrict && !neverNull && !random.chance(30)) {
      this.variables[name] = this.json(nullable, 0);
    }
    return declared;
  }

  private constant(type: GraphQLInputType): ConstValueNode {
    return constantOf(this.json(type, 0), type);
  }

  /** As it is sent in a request. */
  private json(type: GraphQLInputType, depth: number): unknown {
    if (isNonNullType(type)) return this.some(type.ofType, depth);
    return this.random.chance(15) ? null : this.some(type, depth);
  }

  private some(type: GraphQLInputType, depth: number): unknown {
    if (isListType(type)) return this.times(3, () => this.json(type.ofType, depth + 1));
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => this.isGiven(field, depth));
      return Object.fromEntries(fields.map((field) => [field.name, this.json(field.type, depth + 1)]));
    }
    if (isEnumType(type)) return this.random.pick(type.getValues()).name;
    return this.random.pick(this.samples[type.toString()] ?? builtIn[type.toString()] ?? ['any']);
  }

  private isGiven(field: GraphQLInputField, depth: number): boolean {
    if (isNonNullType(field.type) && field.defaultValue === undefined) return true;
    return depth < maxDepth && this.random.chance(60);
  }

  private times<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.random.below(most + 1) }, make);
  }
}

function constantOf(value: unknown, type: GraphQLInputType): ConstValueNode {
  const inner = getNullableType(type) as GraphQLInputType;
  if (value === null) return { kind: Kind.NULL };
  if (isListType(inner) && Array.isArray(value)) return { kind: Kind.LIST, values: value.map((item) => constantOf(item, inner.ofType)) };
  if (isInputObjectType(inner)) {
    const types = inner.getFields();
    return { kind: Kind.OBJECT, fields: Object.entries(value as object).flatMap(([name, item]) => {
      const field = types[name];
      return field ? [{ kind: Kind.OBJECT_FIELD as const, name: { kind: Kind.NAME as const, value: name }, value: constantOf(item, field.type) }] : [];
    }) };
  }
  return isEnumType(inner) ? { kind: Kind.ENUM, value: String(value) } : literalOf(value, inner.toString() === 'Float');
}

function literalOf(value: unknown, isFloat: boolean): ConstValueNode {
  if (value === null) return { kind: Kind.NULL };
  if (typeof value === 'boolean') return { kind: Kind.BOOLEAN, value };
  if (typeof value === 'number') return Number.isInteger(value) && !isFloat ? { kind: Kind.INT, value: String(value) } : { kind: Kind.FLOAT, value: String(value) };
  if (Array.isArray(value)) return { kind: Kind.LIST, values: value.map((item) => literalOf(item, false)) };
  if (typeof value === 'object') {
    return { kind: Kind.OBJECT, fields: Object.entries(value).map(([name, item]) => ({ kind: Kind.OBJECT_FIELD, name: { kind: Kind.NAME, value: name }, value: literalOf(item, false) })) };
  }
  return { kind: Kind.STRING, value: String(value) };
}
