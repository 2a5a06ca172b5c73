export { MemoryEventStore } from './event-store';
export { MemoryFeeds } from './feeds';
export { MemoryLog, type MemoryLogOptions } from './log';
export { MemoryParkingLot } from './parking-lot';
export { MemoryReadModels } from './read-models';
export { SequentialTransactor as MemoryTransactor } from '../event-sourcing/sequential-transactor';
