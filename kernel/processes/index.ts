export type { ProcessEvent, ProcessReply, SentStep, StartCommand, StartedBy, StepEvent } from './messages';
export { hasEnded, type Process, type ProcessState, type ProcessStep } from './process';
export { processDecider, type ProcessOptions } from './process-decider';
export type { CompensableStep, Phase, ProcessRun, Protocol, Protocols, Step } from './protocol';
export { replyTo, type ReplyOptions } from './reply';
