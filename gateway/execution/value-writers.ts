import { isAbstractType, isEnumType, isInterfaceType, isLeafType, isListType, isNonNullType, isObjectType, isScalarType } from 'graphql';
import type { FieldNode, GraphQLCompositeType, GraphQLInterfaceType, GraphQLObjectType, GraphQLOutputType } from 'graphql';
import type { ResponseNames } from '../planning/response-names';
import type { Denial } from '../security/access-rules';
import { collectFields } from './field-collection';
import type { CollectedFields, FieldSource } from './field-collection';
import { introspectionWriter } from './introspection';
import { leafWriter, quote } from './leaf-writers';
import { inOnePiece, pieceLength } from './response-size';
import type { Shaping } from './shaping';

type Data = Readonly<Record<string, unknown>>;

/** The JSON text of a value in the client's form; undefined where null may not stand, which takes the parent with it. `depth`: of the value's place. */
export type ValueWriter = (value: unknown, shaping: Shaping, depth: number) => string | undefined;

/** A field of one type. */
interface FieldWriter {
  /** Where it is found in the data. */
  readonly planned: string;
  /** What stands before the value: `"name":`. */
  readonly start: string;
  readonly write: ValueWriter;
  /** Whether an object of JSON has something of that name without anybody having put it there. */
  readonly isInherited: boolean;
}

interface ObjectFields {
  readonly fields: readonly FieldWriter[];
  readonly hidden: readonly (readonly [type: string, denial: Denial])[];
  /** What stays open because the value's own type is not known. */
  readonly open: CollectedFields['open'];
}

export interface WriterParts extends FieldSource {
  readonly names: ResponseNames;
  /** Coordinates of the fields that carry @omitsNulls. */
  readonly omitsNulls: ReadonlySet<string>;
}

const writeNull: ValueWriter = () => 'null';
const bubble: ValueWriter = () => undefined;

/** Compiles a selection on the operation's root type. */
export function rootWriter(parts: WriterParts, root: GraphQLObjectType): ValueWriter {
  return new WriterCompiler(parts).composite([parts.client.operation.selectionSet], root, root.name);
}

class WriterCompiler {
  constructor(private readonly parts: WriterParts) {}

  composite(sets: Parameters<typeof collectFields>[1], type: GraphQLCompositeType, where: string): ValueWriter {
    const { schema } = this.parts;
    if (isObjectType(type)) {
      let fields: ObjectFields | undefined;
      return (value, shaping, depth) => {
        if (!isObject(value)) return shaping.wrong(depth, where);
        return writeObject(fields ??= this.fieldsOf(sets, type), value, shaping, depth);
      };
    }
    const byType = new Map<string, ObjectFields>();
    const fieldsOf = (name: unknown): ObjectFields | undefined => {
      const key = name === undefined ? type.name : name;
      if (typeof key !== 'string') return undefined;
      const known = byType.get(key);
      if (known) return known;
      const actual = schema.getType(key);
      if (!isObjectType(actual) && !isInterfaceType(actual) && actual !== type) return undefined;
      if (actual !== type && !schema.isSubType(type, actual as GraphQLObjectType | GraphQLInterfaceType)) return undefined;
      const fields = this.fieldsOf(sets, actual as GraphQLCompositeType);
      byType.set(key, fields);
      return fields;
    };
    return (value, shaping, depth) => {
      if (!isObject(value)) return shaping.wrong(depth, where);
      const name = value['__typename'];
      const fields = fieldsOf(name);
      if (!fields) return shaping.wrong(depth, where);
      // Where no type was asked for, no fragment depends on it. Else whoever knows it did not answer, and has its error.
      if (fields.open === 'name' || (fields.open === 'fragments' && name !== undefined)) return shaping.missing(depth, where);
      return writeObject(fields, value, shaping, depth);
    };
  }

  private fieldsOf(sets: Parameters<typeof collectFields>[1], type: GraphQLCompositeType): ObjectFields {
    const { access } = this.parts;
    const { fields, hidden, open } = collectFields(this.parts, sets, type);
    return {
      open,
      fields: [...fields].flatMap(([name, nodes], index) => {
        const [node] = nodes;
        if (!node) return [];
        const planned = this.parts.names.plannedName(node);
        return [{ planned, start: `${index === 0 ? '' : ','}${quote(name)}:`, write: this.field(nodes, node, type), isInherited: planned in Object.prototype }];
      }),
      hidden: [...hidden].flatMap((name) => {
        const denial = access?.hiddenTypes.get(name);
        return denial ? [[name, denial] as const] : [];
      }),
    };
  }

  private field(nodes: readonly FieldNode[], node: FieldNode, parent: GraphQLCompositeType): ValueWriter {
    const { schema, access, client } = this.parts;
    const name = node.name.value;
    if (name === '__typename') return typeNameWriter(parent);
    if (name === '__schema' || name === '__type') return introspectionWriter(schema, client, nodes);
    const definition = isAbstractType(parent) && !isInterfaceType(parent) ? undefined : (parent as GraphQLObjectType).getFields()[name];
    if (!definition) throw new Error(`No field ${parent.name}.${name}`);
    const where = `${parent.name}.${name}`;
    const nulled = access?.nulled;
    const allowed = nulled ? nodes.filter((one) => !nulled.has(one)) : nodes;
    if (allowed.length > 0) return this.value(allowed, definition.type, where);
    const nothing = isNonNullType(definition.type) ? bubble : writeNull;
    const keepsItems = nodes.some((one) => nulled?.get(one) === 'items');
    return keepsItems ? (value, shaping, depth) => (Array.isArray(value) ? nulls(value.length) : nothing(value, shaping, depth)) : nothing;
  }

  private value(nodes: readonly FieldNode[], type: GraphQLOutputType, where: string): ValueWriter {
    if (isNonNullType(type)) {
      const write = this.present(nodes, type.ofType, where);
      return (value, shaping, depth) => (value === null || value === undefined ? shaping.missing(depth, where) : write(value, shaping, depth));
    }
    const write = this.present(nodes, type, where);
    return (value, shaping, depth) => (value === null || value === undefined ? 'null' : write(value, shaping, depth) ?? 'null');
  }

  /** For values that are not null. */
  private present(nodes: readonly FieldNode[], type: GraphQLOutputType, where: string): ValueWriter {
    if (isListType(type)) return listWriter(this.value(nodes, type.ofType, where), where, this.parts.omitsNulls.has(where));
    if (isLeafType(type)) {
      const write = leafWriter(type);
      return (value, shaping, depth) => write(value) ?? shaping.wrong(depth, where);
    }
    if (isNonNullType(type) || isScalarType(type) || isEnumType(type)) throw new Error(`${where} is of a type within a type that cannot be`);
    return this.composite(nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : [])), type, where);
  }
}

function typeNameWriter(parent: GraphQLCompositeType): ValueWriter {
  const text = quote(parent.name);
  return () => text;
}

function writeObject(by: ObjectFields, value: Data, shaping: Shaping, depth: number): string | undefined {
  const { texts } = shaping;
  if (!texts) return writeFields(by, value, shaping, depth);
  const known = texts.get(value);
  if (known?.by === by) return known.text;
  if (!known && shaping.result.repeated?.has(value) !== true) return writeFields(by, value, shaping, depth);
  const before = shaping.errors.length;
  const text = writeFields(by, value, shaping, depth);
  // Where something is wrong, it is told at each place.
  if (text !== undefined && shaping.errors.length === before) texts.set(value, { by, text });
  return text;
}

function writeFields({ fields, hidden }: ObjectFields, value: Data, shaping: Shaping, depth: number): string | undefined {
  for (const [type, denial] of hidden) shaping.hide(depth, type, denial);
  const { path, size } = shaping;
  let text = '{';
  for (const { planned, start, write, isInherited } of fields) {
    path[depth] = planned;
    shaping.count(size + text.length);
    const part = write(isInherited && !Object.hasOwn(value, planned) ? undefined : value[planned], shaping, depth + 1);
    if (part === undefined) return undefined;
    text += start + part;
  }
  shaping.count(size + text.length);
  return `${text}}`;
}

/** `omits`: an item that is null where none may be is left out; else it takes the list with it. */
function listWriter(write: ValueWriter, where: string, omits: boolean): ValueWriter {
  return (value, shaping, depth) => {
    if (!Array.isArray(value)) return shaping.wrong(depth, where);
    const items = value as unknown[];
    const { path } = shaping;
    let { size } = shaping;
    let pieces = '';
    let text = '[';
    let isFirst = true;
    for (let index = 0; index < items.length; index += 1) {
      path[depth] = index;
      shaping.count(size + text.length);
      const part = write(items[index], shaping, depth + 1);
      if (part === undefined) {
        if (omits) continue;
        return undefined;
      }
      text += isFirst ? part : `,${part}`;
      isFirst = false;
      if (text.length < pieceLength) continue;
      size += text.length;
      pieces += inOnePiece(text);
      text = '';
    }
    shaping.count(size + text.length);
    return pieces === '' ? `${text}]` : `${pieces}${text}]`;
  };
}

function nulls(count: number): string {
  return `[${new Array<string>(count).fill('null').join(',')}]`;
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
