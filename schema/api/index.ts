export { describeSchema } from './descriptions/describe';
export { Change, FieldChange } from './change';
export { AcceptedCommand, CommandFields, CommandReference } from './command';
export { changeTypeEnum, commandTypeEnum, refusalCodeEnum } from './enums';
export { CommandRefusedFields, commandRefusedDescription } from './refusal';
