export { LAB_PATTERN, parseStreamId, streamId, type StreamId, type StreamParts } from './streams';
export type { Actor, Message, Origin, ProcessStepReference } from './message';
export type { GroupLag, HandleBatch, Log, LogBatch, LogRecord, LogSubscription, NewLogRecord, SubscribeOptions } from './log';
export type { ParkedMessage, ParkingLot, ParkingReason } from './parking';
export { decodeMessage, encodeMessage, type DecodedRecord } from './envelope';
export { inputHash } from './input-hash';
export { canonicalJson } from './canonical-json';
export { derivedId, newId } from './ids';
export { backOffMs, DEFAULT_BACK_OFF, waitBackOff, type BackOff } from './back-off';
