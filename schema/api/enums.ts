import '@test-planning/kernel/subgraph';
import { registerEnumType } from 'type-graphql';
import { changeTypes, refusalCodes, userCommandTypes, type ChangeType, type RefusalCode, type UserCommandType } from '../messages';

/** The closed sets of the API. A value is its own name: a message on the log carries it. */
const enumOf = <Name extends string>(names: readonly Name[]): Readonly<Record<Name, Name>> => Object.fromEntries(names.map((name) => [name, name])) as Record<Name, Name>;

export const commandTypeEnum = enumOf<UserCommandType>(userCommandTypes);
registerEnumType(commandTypeEnum, { name: 'CommandType', description: 'What a command does, in the words of the message on the log.' });

export const refusalCodeEnum = enumOf<RefusalCode>(refusalCodes);
registerEnumType(refusalCodeEnum, { name: 'RefusalCode', description: 'Why a command was refused.' });

export const changeTypeEnum = enumOf<ChangeType>(changeTypes);
registerEnumType(changeTypeEnum, { name: 'ChangeType', description: 'What a change did, in the words of the event.' });
