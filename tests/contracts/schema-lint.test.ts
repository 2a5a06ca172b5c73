import { configs, parser, rules } from '@graphql-eslint/eslint-plugin';
import { Linter } from 'eslint';
import { isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType, isScalarType, isSpecifiedScalarType, printSchema, type GraphQLSchema } from 'graphql';
import { clientSchema } from './client-schema';

/** Where the recommended rules don't hold, and why. */
const exceptions: Linter.RulesRecord = {
  // A value of these two enums is the name of a message on the log, where names of types are in PascalCase.
  '@graphql-eslint/naming-convention': ['error', {
    ...(configs['flat/schema-recommended'].rules['@graphql-eslint/naming-convention'] as [string, object])[1],
    'EnumValueDefinition': {},
    'EnumValueDefinition[parent.name.value!=/^(CommandType|ChangeType)$/]': 'UPPER_CASE',
    'EnumValueDefinition[parent.name.value=/^(CommandType|ChangeType)$/]': 'PascalCase',
  }],
  // A type without an id of its own is a part of another thing, or a fact at one time: with an id, a client's cache would take it for an entity.
  '@graphql-eslint/strict-id-in-types': ['error', {
    exceptions: {
      suffixes: ['Connection', 'Edge'],
      types: [
        'Actor', 'PageInfo', 'Change', 'FieldChange', 'ExperimentChange', 'MethodChange', 'ProcessChange', 'CommandApplied', 'CommandRefused', 'NotificationsRead',
      ],
    },
  }],
};

const faultsOf = (sdl: string): string[] => {
  const config: Linter.Config = {
    files: ['**/*.graphql'],
    plugins: { '@graphql-eslint': { rules } as never },
    languageOptions: { parser: parser as never, parserOptions: { graphQLConfig: { schema: sdl } } },
    rules: { ...(configs['flat/schema-recommended'].rules as Linter.RulesRecord), ...exceptions },
  };
  return new Linter().verify(sdl, [config], { filename: 'schema.graphql' }).map(({ ruleId, message, line }) => `${line}: ${message} (${String(ruleId)})`);
};

/** The schema coordinates of everything that has no description. */
const undescribed = (schema: GraphQLSchema): string[] => {
  const bare: string[] = [];
  const look = (coordinate: string, { description }: { description?: string | null | undefined }): void => {
    if (!description) bare.push(coordinate);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    look(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      look(`${type.name}.${field.name}`, field);
      for (const argument of field.args) look(`${type.name}.${field.name}(${argument.name}:)`, argument);
    }
  }
  return bare;
};

describe('The schema that clients see', () => {
  const schema = clientSchema();

  it('meets the recommended rules of graphql-eslint, but for the exceptions above', () => {
    expect(faultsOf(printSchema(schema))).toEqual([]);
  });

  it('would be faulted by these rules', () => {
    const faults = faultsOf('type Query { getThing: Thing } type Thing { name: String } enum Kind { small }').join('\n');
    for (const rule of ['naming-convention', 'require-description', 'strict-id-in-types', 'no-unreachable-types']) expect(faults).toContain(rule);
  });

  it('describes every type, field, argument, value and input field', () => {
    expect(undescribed(schema)).toEqual([]);
  });

  it('says by which specification each scalar is written', () => {
    const scalars = Object.values(schema.getTypeMap()).filter(isScalarType).filter((type) => !isSpecifiedScalarType(type));
    expect(scalars.map(({ name, specifiedByURL }) => [name, specifiedByURL?.startsWith('https://')])).toEqual([['Cursor', true], ['DateTime', true], ['JSON', true]]);
  });
});
