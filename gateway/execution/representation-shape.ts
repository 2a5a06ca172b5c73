import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { TypeRelations } from './type-relations';

type Data = Record<string, unknown>;

/** One field of a representation, with what is taken of the objects in it. */
interface RequiredField {
  readonly name: string;
  readonly below: RepresentationShape | undefined;
}

/** Makes representations of one type of entity. */
export interface RepresentationBuilder {
  /** The only field beside __typename, if there is but one and it holds a value. */
  readonly onlyKey: string | undefined;
  /** How many fields a representation has at its top beside __typename. */
  readonly size: number;
  /** Undefined if something that is required is not there. */
  build(object: Data): Data | undefined;
  /** With what there is, if that has a key. */
  buildPartly(object: Data): Data | undefined;
}

/** What a fetch requires of entities, worked out once for each type that it meets. */
export class RepresentationShape {
  private readonly byType = new Map<string, RepresentationBuilder | undefined>();

  /** `isEnough`: whether representations of a type by these fields tell which entities are meant. */
  constructor(
    private readonly requires: readonly QueryPlanSelectionNode[],
    private readonly types: TypeRelations,
    private readonly isEnough: (type: string, fields: ReadonlySet<string>) => boolean = () => true,
  ) {}

  /** Undefined where the fetch asks nothing of this type. */
  builderOf(type: string): RepresentationBuilder | undefined {
    const known = this.byType.get(type);
    if (known || this.byType.has(type)) return known;
    const fields = new Map<string, QueryPlanSelectionNode[]>();
    this.collect(this.requires, type, fields);
    const builder = fields.has('__typename') && this.isEnough(type, this.namesFor(this.requires, type)) ? builderOf(type, this.shapes(fields), (names) => this.isEnough(type, names)) : undefined;
    // A subgraph could make up types without end.
    if (this.types.isKnown(type)) this.byType.set(type, builder);
    return builder;
  }

  /** Of an object inside a representation, whose type counts only where the selection tells types apart. */
  partOf(value: unknown): unknown {
    if (Array.isArray(value)) {
      const parts: unknown[] = [];
      for (const item of value as unknown[]) {
        const part = this.partOf(item);
        if (part === undefined) return undefined;
        parts.push(part);
      }
      return parts;
    }
    if (typeof value !== 'object' || value === null) return value;
    return this.part(value as Data);
  }

  private readonly parts = new Map<string, readonly RequiredField[]>();

  private part(object: Data): Data | undefined {
    const type = typeof object['__typename'] === 'string' ? object['__typename'] : '';
    let fields = this.parts.get(type);
    if (!fields) {
      const collected = new Map<string, QueryPlanSelectionNode[]>();
      this.collect(this.requires, type, collected);
      fields = this.shapes(collected);
      if (type === '' || this.types.isKnown(type)) this.parts.set(type, fields);
    }
    return take(object, fields, 'whole', {});
  }

  private collect(selections: readonly QueryPlanSelectionNode[], type: string, into: Map<string, QueryPlanSelectionNode[]>): void {
    for (const selection of selections) {
      if (selection.kind === 'InlineFragment') {
        if (selection.typeCondition === undefined || this.types.isOfType(type, selection.typeCondition)) this.collect(selection.selections, type, into);
        continue;
      }
      const name = selection.alias ?? selection.name;
      const same = into.get(name) ?? [];
      into.set(name, [...same, ...selection.selections ?? []]);
    }
  }

  /** Both the names of the fields and the ones that they come under: a rewrite may give them back their own. */
  private namesFor(selections: readonly QueryPlanSelectionNode[], type: string): ReadonlySet<string> {
    return new Set(selections.flatMap((selection) => {
      if (selection.kind === 'Field') return [selection.name, selection.alias ?? selection.name];
      const applies = selection.typeCondition === undefined || this.types.isOfType(type, selection.typeCondition);
      return applies ? [...this.namesFor(selection.selections, type)] : [];
    }));
  }

  private shapes(fields: ReadonlyMap<string, readonly QueryPlanSelectionNode[]>): RequiredField[] {
    return [...fields].map(([name, selections]) => ({ name, below: selections.length > 0 ? new RepresentationShape(selections, this.types) : undefined }));
  }
}

function builderOf(type: string, all: readonly RequiredField[], isEnough: (names: ReadonlySet<string>) => boolean): RepresentationBuilder {
  const fields = all.filter(({ name }) => name !== '__typename');
  const [key, ...others] = fields;
  const onlyKey = key && !key.below && others.length === 0 ? key.name : undefined;
  return {
    onlyKey,
    size: fields.length,
    build: (object) => take(object, fields, 'whole', { __typename: type }),
    buildPartly(object) {
      const taken = take(object, fields, 'partly', { __typename: type });
      return taken && isEnough(new Set(Object.keys(taken))) ? taken : undefined;
    },
  };
}

function take(object: Data, fields: readonly RequiredField[], mode: 'whole' | 'partly', taken: Data): Data | undefined {
  for (const { name, below } of fields) {
    const value = below ? below.partOf(object[name]) : object[name];
    if (value !== undefined) taken[name] = value;
    else if (mode === 'whole') return undefined;
  }
  return taken;
}
