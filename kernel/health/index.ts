export type { Dependency } from './dependency';
export { healthRoute } from './health-route';
export type { Readiness } from './readiness';
export { serveHealth, type RunningHealth } from './serve-health';
export { UnavailableError } from './unavailable-error';
