import { Kind } from 'graphql';
import type { DocumentNode, SelectionSetNode } from 'graphql';
import type { FieldRequirements } from '../supergraph/field-requirements';
import type { TypeRelations } from './type-relations';

/** A field that its subgraph works out from others. */
interface DependentField {
  /** Under which it stands in the answer. */
  readonly name: string;
  readonly requires: SelectionSetNode;
}

/** What a fetch asks of entities of one type. */
interface AskedFields {
  readonly dependent: readonly DependentField[];
  /** Whether it asks nothing else. */
  readonly areAll: boolean;
}

interface DependentFieldsParts {
  readonly subgraph: string;
  readonly requirements: FieldRequirements;
  readonly types: TypeRelations;
  readonly renamed: ReadonlyMap<string, string>;
}

/** Which of a fetch's fields depend on what, worked out once for each type that it meets. */
export class DependentFields {
  private readonly byType = new Map<string, AskedFields>();
  private readonly selections: SelectionSetNode | undefined;
  /** Whether there are any, of whatever type. */
  readonly exist: boolean;

  constructor(document: DocumentNode, private readonly parts: DependentFieldsParts) {
    const [entities] = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)?.selectionSet.selections ?? [];
    this.selections = entities?.kind === Kind.FIELD ? entities.selectionSet : undefined;
    this.exist = this.collect(undefined).dependent.length > 0;
  }

  of(type: string): AskedFields {
    let asked = this.byType.get(type);
    if (!asked) {
      asked = this.collect(type);
      if (this.parts.types.isKnown(type)) this.byType.set(type, asked);
    }
    return asked;
  }

  private collect(type: string | undefined): AskedFields {
    const { subgraph, requirements, types, renamed } = this.parts;
    const dependent: DependentField[] = [];
    let areAll = true;
    function add({ selections }: SelectionSetNode, parent: string): void {
      for (const selection of selections) {
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          const condition = selection.typeCondition?.name.value ?? parent;
          if (type === undefined || types.isOfType(type, condition)) add(selection.selectionSet, condition);
        } else if (selection.kind === Kind.FIELD && selection.name.value !== '__typename') {
          const requires = requirements.of(subgraph, parent, selection.name.value);
          const name = selection.alias?.value ?? selection.name.value;
          if (requires) dependent.push({ name: renamed.get(name) ?? name, requires });
          else areAll = false;
        }
      }
    }
    if (this.selections) add(this.selections, '');
    return { dependent, areAll };
  }
}
