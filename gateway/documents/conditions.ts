import { Kind } from 'graphql';
import type { SelectionNode } from 'graphql';

/** A @skip or @include. */
export interface Condition {
  readonly includedWhen: boolean;
  readonly value: { readonly literal: boolean } | { readonly variable: string };
}

export function conditionsOf(selection: SelectionNode): Condition[] {
  return (selection.directives ?? []).flatMap((directive): Condition[] => {
    if (directive.name.value !== 'skip' && directive.name.value !== 'include') return [];
    const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
    const includedWhen = directive.name.value === 'include';
    if (value?.kind === Kind.VARIABLE) return [{ includedWhen, value: { variable: value.name.value } }];
    if (value?.kind === Kind.BOOLEAN) return [{ includedWhen, value: { literal: value.value } }];
    return [];
  });
}

/** `variables`: with the operation's defaults filled in. */
export function isIncluded(conditions: readonly Condition[], variables: Readonly<Record<string, unknown>>): boolean {
  return conditions.every(({ includedWhen, value }) => ('literal' in value ? value.literal : variables[value.variable]) === includedWhen);
}
