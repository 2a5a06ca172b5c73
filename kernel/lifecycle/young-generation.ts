import { setFlagsFromString } from 'node:v8';

const semiSpaceMegabytes = 32;

/**
 * Bounds what V8 allocates before it collects, for the whole process. By itself it lets that grow to a multiple for who allocates as much as a gateway does, and
 * each of the collections then stops everything for tens of milliseconds; docs/performance.md has the figures. To be called first, while there is little.
 */
export function boundYoungGeneration(): void {
  setFlagsFromString(`--max-semi-space-size=${semiSpaceMegabytes}`);
}
