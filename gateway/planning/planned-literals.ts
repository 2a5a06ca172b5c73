import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import { isNonNullType, Kind, parse, parseType, print, stripIgnoredCharacters, typeFromAST, isInputType, visit } from 'graphql';
import type { ArgumentNode, ConstValueNode, DocumentNode, GraphQLInputType, GraphQLSchema, ValueNode, VariableDefinitionNode } from 'graphql';
import { isRewritten } from './exact-literals';
import { withFetches } from './plan-fetches';

/**
 * The literals of one operation that the planner would change. It is given a variable in place of each, and what it plans gets the client's text back. So do the defaults of the
 * client's variables.
 */
export class PlannedLiterals {
  /** By the names of the variables that stand for them. */
  private readonly literals = new Map<string, ValueNode>();
  private readonly names = new Map<string, string>();
  private readonly added: VariableDefinitionNode[] = [];
  private readonly given: ReadonlyMap<string, VariableDefinitionNode>;
  private readonly defaults: ReadonlyMap<string, ConstValueNode>;

  /** `variableDefinitions`: of the operation that is planned. */
  constructor(variableDefinitions: readonly VariableDefinitionNode[], schema: GraphQLSchema) {
    this.given = new Map(variableDefinitions.map((definition) => [definition.variable.name.value, definition]));
    this.defaults = new Map(variableDefinitions.flatMap(({ variable, type, defaultValue }) => {
      const inputType = typeFromAST(schema, type);
      return defaultValue && isInputType(inputType) && isRewritten(defaultValue, inputType) ? [[variable.name.value, defaultValue] as const] : [];
    }));
  }

  /** An argument as it is planned. Equal literals of one type stay equal. */
  planned(argument: ArgumentNode, type: GraphQLInputType): ArgumentNode {
    if (!isRewritten(argument.value, type)) return argument;
    const shown = isNonNullType(type) ? String(type) : `${String(type)}!`;
    const key = `${shown} ${print(argument.value)}`;
    let name = this.names.get(key);
    if (name === undefined) {
      this.names.set(key, name = this.freshName());
      this.literals.set(name, argument.value);
      this.added.push({ kind: Kind.VARIABLE_DEFINITION, variable: variable(name), type: parseType(shown) });
    }
    return { ...argument, value: variable(name) };
  }

  /** The variables of the operation that is planned. */
  get definitions(): readonly VariableDefinitionNode[] {
    return [...this.given.values(), ...this.added];
  }

  /** A plan with the literals that the client wrote. */
  restored(plan: QueryPlan): QueryPlan {
    return this.literals.size === 0 && this.defaults.size === 0 ? plan : withFetches(plan, (fetch) => [this.restoredFetch(fetch)]);
  }

  private restoredFetch(fetch: FetchNode): FetchNode {
    const { variableUsages = [] } = fetch;
    if (!variableUsages.some((name) => this.literals.has(name) || this.defaults.has(name))) return fetch;
    const used = new Set(variableUsages.filter((name) => !this.literals.has(name)));
    const defined = new Set(used);
    for (const name of variableUsages) for (const inner of variablesIn(this.literals.get(name))) used.add(inner);
    const missing = [...used].flatMap((name) => (defined.has(name) ? [] : this.given.get(name) ?? []));
    const document: DocumentNode = visit(fetch.operationDocumentNode ?? parse(fetch.operation, { noLocation: true }), {
      OperationDefinition: {
        leave: (operation) => ({ ...operation, variableDefinitions: [...operation.variableDefinitions ?? [], ...missing] }),
      },
      VariableDefinition: ({ variable: { name: { value } }, ...definition }) => {
        if (this.literals.has(value)) return null;
        const defaultValue = this.defaults.get(value);
        // What is in it is the client's, and stays.
        return defaultValue ? { ...definition, variable: variable(value), defaultValue } : false;
      },
      Variable: ({ name }) => this.literals.get(name.value),
    });
    return { ...fetch, operation: stripIgnoredCharacters(print(document)), operationDocumentNode: document, variableUsages: [...used] };
  }

  private freshName(): string {
    for (let number = this.literals.size + 1; ; number += 1) {
      const name = `literal_${number}`;
      if (!this.given.has(name) && !this.literals.has(name)) return name;
    }
  }
}

const variable = (name: string) => ({ kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } }) as const;

function variablesIn(value: ValueNode | undefined): string[] {
  const names: string[] = [];
  if (value) visit(value, { Variable: ({ name }) => void names.push(name.value) });
  return names;
}
