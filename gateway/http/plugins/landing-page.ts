import type { LandingPage } from '@apollo/server';
import type { HttpRoute } from '@test-planning/kernel/http';

/** A plugin's page, for browsers that open the endpoint's address. */
export function landingPageRoute(path: string, { html }: LandingPage): HttpRoute {
  return (request, response) => {
    if (!isForBrowser(request.method, request.headers.accept)) return false;
    const [requested, search = ''] = (request.url ?? '').split('?', 2);
    if (requested !== path || new URLSearchParams(search).has('query')) return false;
    return Promise.resolve(typeof html === 'string' ? html : html()).then((page) => {
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8', 'content-length': Buffer.byteLength(page), 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff',
      }).end(page);
      return true;
    });
  };
}

/** A browser that opens an address names HTML; programs that ask for JSON do not. */
export function isForBrowser(method: string | undefined, accept: string | undefined): boolean {
  return (method === 'GET' || method === 'HEAD') && (accept?.includes('text/html') ?? false);
}
