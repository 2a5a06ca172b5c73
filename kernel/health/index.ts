export type { Dependency } from './dependency';
export { UnavailableError } from './unavailable-error';
