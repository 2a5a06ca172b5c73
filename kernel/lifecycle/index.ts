/** How a process of this system begins and ends. */
export { inASentence } from './errors-in-a-sentence';
export { outliveReaders } from './outlive-readers';
export { stopOnSignal, type StopReason } from './stop-on-signal';
