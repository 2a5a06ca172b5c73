import {
  buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType, isUnionType, type GraphQLArgument, type GraphQLEnumType, type GraphQLField,
  type GraphQLInputField, type GraphQLNamedType, type GraphQLSchema,
} from 'graphql';
import apiSdl from '@test-planning/schema/graphql/api.graphql';
import { clientSchema } from './client-schema';

type Described = { description?: string | null };

const words = (text: string | null | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim();

/** What the contract leaves undescribed may have any description. */
const describedAs = (place: string, promised: Described, actual: Described): string[] =>
  words(promised.description) === '' || words(promised.description) === words(actual.description)
    ? []
    : [`${place} is described as "${words(actual.description)}", promised was "${words(promised.description)}"`];

const valuesOf = (place: string, promised: GraphQLArgument | GraphQLInputField, actual: GraphQLArgument | GraphQLInputField | undefined): string[] => {
  if (!actual) return [`${place} is missing`];
  const faults = describedAs(place, promised, actual);
  if (String(promised.type) !== String(actual.type)) faults.push(`${place} is ${String(actual.type)}, promised was ${String(promised.type)}`);
  if (promised.defaultValue !== actual.defaultValue) faults.push(`${place} defaults to ${String(actual.defaultValue)}, promised was ${String(promised.defaultValue)}`);
  return faults;
};

const fieldFaults = (place: string, promised: GraphQLField<unknown, unknown>, actual: GraphQLField<unknown, unknown> | undefined): string[] => {
  if (!actual) return [`${place} is missing`];
  const faults = describedAs(place, promised, actual);
  if (String(promised.type) !== String(actual.type)) faults.push(`${place} is ${String(actual.type)}, promised was ${String(promised.type)}`);
  for (const argument of promised.args) {
    faults.push(...valuesOf(`${place}(${argument.name}:)`, argument, actual.args.find(({ name }) => name === argument.name)));
  }
  const unpromised = actual.args.filter((argument) => String(argument.type).endsWith('!') && argument.defaultValue === undefined && !promised.args.some(({ name }) => name === argument.name));
  return [...faults, ...unpromised.map(({ name }) => `${place}(${name}:) is required, but was never promised`)];
};

const enumFaults = (promised: GraphQLEnumType, actual: GraphQLEnumType): string[] =>
  promised.getValues().filter(({ name }) => !actual.getValue(name)).map(({ name }) => `${promised.name}.${name} is missing`);

const typeFaults = (promised: GraphQLNamedType, actual: GraphQLNamedType | undefined): string[] => {
  if (!actual) return [`${promised.name} is missing`];
  if (promised.constructor !== actual.constructor) return [`${promised.name} is another kind of type`];
  const faults = describedAs(promised.name, promised, actual);
  if ((isObjectType(promised) || isInterfaceType(promised)) && (isObjectType(actual) || isInterfaceType(actual))) {
    for (const field of Object.values(promised.getFields())) faults.push(...fieldFaults(`${promised.name}.${field.name}`, field, actual.getFields()[field.name]));
  }
  if (isInputObjectType(promised) && isInputObjectType(actual)) {
    for (const field of Object.values(promised.getFields())) faults.push(...valuesOf(`${promised.name}.${field.name}`, field, actual.getFields()[field.name]));
  }
  if (isEnumType(promised) && isEnumType(actual)) faults.push(...enumFaults(promised, actual));
  if (isUnionType(promised) && isUnionType(actual)) {
    const members = new Set(actual.getTypes().map(({ name }) => name));
    faults.push(...promised.getTypes().filter(({ name }) => !members.has(name)).map(({ name }) => `${promised.name} lacks ${name}`));
  }
  return faults;
};

/** Everything in which a schema falls short of what was promised, a sentence each. */
const shortcomings = (promised: GraphQLSchema, actual: GraphQLSchema): string[] =>
  Object.values(promised.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => typeFaults(type, actual.getType(type.name)));

describe('What clients see', () => {
  it('contains the whole API: types, arguments, nullability, descriptions', () => {
    expect(shortcomings(buildSchema(apiSdl), clientSchema())).toEqual([]);
  });

  it('would be told apart from an API that falls short in any of these', () => {
    const promised = buildSchema('type Query { "Of a." a(x: Int = 1): Int! b: [E!] c: U } enum E { P Q } type A { z: Int } type B { z: Int } union U = A | B input I { k: Int! }');
    const actual = buildSchema('type Query { "Of b." a(x: Int = 2, y: Int!): Int b: [E] } enum E { P } type A { z: Int } union U = A');
    expect(shortcomings(promised, actual).sort()).toEqual([
      'B is missing',
      'E.Q is missing',
      'I is missing',
      'Query.a is Int, promised was Int!',
      'Query.a is described as "Of b.", promised was "Of a."',
      'Query.a(x:) defaults to 2, promised was 1',
      'Query.a(y:) is required, but was never promised',
      'Query.b is [E], promised was [E!]',
      'Query.c is missing',
      'U lacks B',
    ]);
  });
});
