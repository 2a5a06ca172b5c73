import type { IncomingMessage, ServerResponse } from 'node:http';

/** Which web pages may talk to the gateway. */
export interface CrossOrigin {
  /** Sets the response's CORS headers, if the request comes from an allowed page. */
  allow(request: IncomingMessage, response: ServerResponse): void;
  /** Answers a preflight request. */
  preflight(request: IncomingMessage, response: ServerResponse): void;
  /** True for anything but a page from elsewhere that is not on the list. */
  admits(request: IncomingMessage): boolean;
}

/** Apollo's Explorer: a page that people query graphs with. */
export const defaultOrigins: readonly string[] = ['https://studio.apollographql.com'];

export function crossOrigin(origins: readonly string[]): CrossOrigin {
  const allowed = new Set(origins);

  function allow(request: IncomingMessage, response: ServerResponse): void {
    const { origin } = request.headers;
    response.setHeader('vary', 'origin');
    if (origin && allowed.has(origin)) response.setHeader('access-control-allow-origin', origin);
  }

  return {
    allow,
    preflight(request, response) {
      allow(request, response);
      if (response.hasHeader('access-control-allow-origin')) {
        response.setHeader('access-control-allow-methods', 'GET, POST');
        response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? 'authorization, content-type');
        response.setHeader('access-control-max-age', '3600');
      }
      response.writeHead(204).end();
    },
    admits({ headers: { origin, host } }) {
      return !origin || allowed.has(origin) || (URL.canParse(origin) && new URL(origin).host === host);
    },
  };
}
