/** How a process of this system begins and ends. */
export { inASentence } from './errors-in-a-sentence';
export { FileProblem, usingFile } from './file-problem';
export { outliveReaders } from './outlive-readers';
export { ensurePrivateDirectory, keepPrivateFile, type Warn } from './private-files';
export { stopOnSignal, type StopReason } from './stop-on-signal';
