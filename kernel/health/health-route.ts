import type { HttpRoute } from '../http';
import { respondJson } from '../http';
import type { Readiness } from './readiness';

/**
 * GET /health/live: 200 as long as the process answers. GET /health/ready: 503 when no work should be sent here; one that can't be told
 * counts as not ready. 200 with the status `degraded` and what keeps failing, when the rest goes on.
 */
export function healthRoute(ready: () => Readiness | Promise<Readiness>): HttpRoute {
  async function readiness(): Promise<Readiness> {
    try {
      return await ready();
    } catch (error) {
      return { ok: false, details: { reason: error instanceof Error ? error.message : String(error) } };
    }
  }

  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const [path] = (request.url ?? '').split('?');
    if (path === '/health/live') {
      respondJson(response, 200, { status: 'live' });
      return true;
    }
    if (path !== '/health/ready') return false;
    const { ok, failing = [], details } = await readiness();
    const isDegraded = failing.length > 0;
    respondJson(response, ok ? 200 : 503, { status: !ok ? 'not ready' : isDegraded ? 'degraded' : 'ready', ...details, ...(isDegraded && { failing }) });
    return true;
  };
}
