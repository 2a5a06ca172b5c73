import type { HttpRoute, Readiness } from '../config';
import { respondJson } from './respond';

/** GET /health/live: 200 as long as the process answers. GET /health/ready: 503 when no work should be sent here. */
export function healthRoute(ready: () => Promise<Readiness>): HttpRoute {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const [path] = (request.url ?? '').split('?');
    if (path === '/health/live') {
      respondJson(response, 200, { status: 'live' });
      return true;
    }
    if (path !== '/health/ready') return false;
    const { ok, details } = await ready();
    respondJson(response, ok ? 200 : 503, { status: ok ? 'ready' : 'not ready', ...details });
    return true;
  };
}
