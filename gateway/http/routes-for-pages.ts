import { respondJson, type HttpRoute } from '@test-planning/kernel/http';
import type { CrossOrigin } from './cross-origin';

/**
 * Puts routes beside GraphQL under the same rules for web pages: preflights are answered, pages of listed origins read the answers, and what other pages send by
 * a method that may change something is 403.
 */
export function routesForPages(routes: readonly HttpRoute[], crossOrigin: CrossOrigin): readonly HttpRoute[] {
  if (routes.length === 0) return routes;
  return [(request, response) => {
    const { method, headers } = request;
    if (method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) {
      crossOrigin.preflight(request, response);
      return true;
    }
    const given = crossOrigin.headersFor(headers.origin);
    for (let index = 0; index < given.length; index += 2) response.setHeader(given[index] as string, given[index + 1] as string);
    if (method === 'GET' || method === 'HEAD' || crossOrigin.admits(request)) return false;
    respondJson(response, 403, { message: 'Pages of this origin may not call. If they may, add the origin to CORS_ORIGINS.' });
    return true;
  }, ...routes];
}
