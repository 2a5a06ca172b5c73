import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { changeTypes, experimentCommands, experimentEvents, methodCommands, methodEvents, processCommands } from '@test-planning/schema/messages';
import { isEnumType } from 'graphql';
import { createSourceFile, forEachChild, isCallExpression, isIdentifier, isPropertyAssignment, isStringLiteral, isVariableDeclaration, ScriptTarget, type Node } from 'typescript';
import { clientSchema } from './client-schema';

const root = resolve(__dirname, '../..');
/** Everything that decides commands: a refusal is made by `refuse(code, ...)` or is written out with its `code`. */
const deciding = ['kernel/{event-sourcing,processes}/**/*.ts', 'saga/**/*.ts', 'subgraphs/*/{experiment,method}/*.ts'];

/** Every node of the production code that decides commands. */
const nodes = (): Node[] => {
  const files = globSync(deciding, { cwd: root, exclude: (file) => file === 'node_modules' || file === 'testing' || file.endsWith('.test.ts') });
  const below = (node: Node): Node[] => {
    const found: Node[] = [node];
    forEachChild(node, (child) => void found.push(...below(child)));
    return found;
  };
  return files.flatMap((file) => below(createSourceFile(file, readFileSync(resolve(root, file), 'utf8'), ScriptTarget.Latest, true)));
};

/** Every code with which the code refuses a command. */
const emittedCodes = (): string[] => {
  const all = nodes();
  const constants = new Map(all.flatMap((node) =>
    isVariableDeclaration(node) && isIdentifier(node.name) && node.initializer && isStringLiteral(node.initializer) ? [[node.name.text, node.initializer.text]] : []));
  const codes = all.flatMap((node) => {
    if (isCallExpression(node) && isIdentifier(node.expression) && node.expression.text === 'refuse') return node.arguments.slice(0, 1);
    return isPropertyAssignment(node) && isIdentifier(node.name) && node.name.text === 'code' ? [node.initializer] : [];
  });
  return [...new Set(codes.flatMap((code) => (isStringLiteral(code) ? [code.text] : isIdentifier(code) ? [constants.get(code.text) ?? []] : [])).flat())];
};

const valuesOf = (name: string): string[] => {
  const type = clientSchema().getType(name);
  return isEnumType(type) ? type.getValues().map((value) => value.name).sort() : [];
};

describe('The closed sets of the API', () => {
  it('RefusalCode lists exactly the codes with which the code refuses commands', () => {
    expect(valuesOf('RefusalCode')).toEqual(emittedCodes().sort());
  });

  it('CommandType lists exactly the commands that a user can send', () => {
    // The steps of processes are commands as well: no mutation sends them.
    const steps = [
      'ProvisionExperiment', 'ConfirmExperiment', 'DiscardExperiment', 'LinkMethods', 'UnlinkMethods', 'ProvisionMethod', 'ConfirmMethod', 'DiscardMethod',
      'AttachExperiment', 'ConfirmAttachment', 'DetachExperiment', 'RequestMethodDeletion', 'CancelMethodDeletion', 'DeleteMethod',
    ];
    const all = [...experimentCommands, ...methodCommands, ...processCommands].map(({ type }) => type as string);
    expect(valuesOf('CommandType')).toEqual([...new Set(all)].filter((type) => !steps.includes(type)).sort());
  });

  it('has a mutation for every CommandType', () => {
    const mutations = Object.keys(clientSchema().getMutationType()?.getFields() ?? {});
    const named = valuesOf('CommandType').map((type) => type.charAt(0).toLowerCase() + type.slice(1));
    expect(mutations.sort()).toEqual([...named, 'markNotificationsRead'].sort());
  });

  it('ChangeType lists events only, and every one that the API shows', () => {
    const events = [...experimentEvents, ...methodEvents].map(({ type }) => type as string);
    expect(changeTypes.filter((type) => !events.includes(type))).toEqual([]);
    expect(valuesOf('ChangeType')).toEqual([...changeTypes].sort());
  });
});
