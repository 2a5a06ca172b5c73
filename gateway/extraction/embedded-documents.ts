import { extname } from 'node:path';
import ts from 'typescript';

/** GraphQL as it stands in one place of a client's code. */
export interface EmbeddedDocument {
  readonly text: string;
  readonly file: string;
  /** Where it begins; the first line is 1. */
  readonly line: number;
}

/** Names of the functions that GraphQL is handed to, as a template or as an argument. */
const tags = new Set(['gql', 'graphql']);
const kinds: Readonly<Record<string, ts.ScriptKind>> = { '.tsx': ts.ScriptKind.TSX, '.jsx': ts.ScriptKind.JSX, '.js': ts.ScriptKind.JSX, '.mjs': ts.ScriptKind.JSX, '.cjs': ts.ScriptKind.JSX };

/**
 * The GraphQL in one file: all of a `.graphql` or `.gql` file; of TypeScript and JavaScript what stands in gql`...`, graphql`...`, gql(`...`) and graphql(`...`).
 * What is put into a template by `${}` is left out: that is how fragments come along, and these are found by their names.
 */
export function embeddedDocuments(file: string, content: string): EmbeddedDocument[] {
  const extension = extname(file);
  if (extension === '.graphql' || extension === '.gql') return [{ text: content, file, line: 1 }];
  const source = ts.createSourceFile(file, content, ts.ScriptTarget.Latest, false, kinds[extension] ?? ts.ScriptKind.TS);
  const documents: EmbeddedDocument[] = [];
  const visit = (node: ts.Node): void => {
    const template = templateIn(node);
    if (template) documents.push({ text: textOf(template), file, line: source.getLineAndCharacterOfPosition(template.getStart(source)).line + 1 });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return documents;
}

function templateIn(node: ts.Node): ts.TemplateLiteral | ts.StringLiteral | undefined {
  if (ts.isTaggedTemplateExpression(node)) return isTag(node.tag) ? node.template : undefined;
  if (!ts.isCallExpression(node) || !isTag(node.expression)) return undefined;
  const [argument] = node.arguments;
  return argument && (ts.isStringLiteral(argument) || ts.isTemplateLiteral(argument)) ? argument : undefined;
}

function isTag(expression: ts.Expression): boolean {
  return ts.isIdentifier(expression) && tags.has(expression.text);
}

function textOf(template: ts.TemplateLiteral | ts.StringLiteral): string {
  return ts.isTemplateExpression(template) ? [template.head, ...template.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('\n') : template.text;
}
