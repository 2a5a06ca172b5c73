import type { ProcessCommand } from '@test-planning/schema/messages';

/** What the command of this type asks for. */
export type InputOf<Type extends ProcessCommand['type']> = Extract<ProcessCommand, { type: Type }>['data'];
