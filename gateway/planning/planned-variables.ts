import { visit } from 'graphql';
import type { ASTNode, OperationDefinitionNode } from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

/** The planner's own, and those that programs which hold variables in an object take for something else. */
function isTaken(name: string): boolean {
  return name === 'representations' || name.startsWith('contextualArgument') || name.startsWith('__') || name in Object.prototype;
}

/** The names under which an operation's variables are planned and sent to subgraphs: the client's own, unless they mean something there. */
export class PlannedVariables {
  /** By the client's names: those that differ. */
  private readonly planned = new Map<string, string>();

  constructor({ variableDefinitions = [] }: OperationDefinitionNode) {
    const names = new Set(variableDefinitions.map(({ variable }) => variable.name.value));
    for (const name of names) {
      if (!isTaken(name)) continue;
      let fresh: string;
      for (let number = 1; names.has(fresh = `variable_${number}`); number += 1);
      names.add(fresh);
      this.planned.set(name, fresh);
    }
  }

  /** A part of the client's operation in the names that are planned. */
  renamed<Node extends ASTNode>(node: Node): Node {
    if (this.planned.size === 0) return node;
    return visit(node, {
      Variable: (variable) => {
        const value = this.planned.get(variable.name.value);
        return value === undefined ? undefined : { ...variable, name: { ...variable.name, value } };
      },
    });
  }

  /** The client's variables, with those that are planned under another name under that as well. */
  withPlanned(variables: Variables): Variables {
    const others = [...this.planned].filter(([name]) => Object.hasOwn(variables, name));
    return others.length === 0 ? variables : { ...variables, ...Object.fromEntries(others.map(([name, planned]) => [planned, variables[name]])) };
  }
}
