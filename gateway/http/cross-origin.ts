import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** Which web pages may talk to the gateway. */
export interface CrossOrigin {
  /** A response's CORS headers, names and values in turn. Credentials are not allowed: what counts is a token, which a page has to have. */
  headersFor(origin: string | undefined): readonly string[];
  /** Answers a preflight request, or any other OPTIONS. */
  preflight(request: IncomingMessage, response: ServerResponse): void;
  /** True for anything but a page from elsewhere that is not on the list. */
  admits(request: { readonly headers: IncomingHttpHeaders }): boolean;
}

/** Apollo's Explorer: a page that people query graphs with. */
export const defaultOrigins: readonly string[] = ['https://studio.apollographql.com'];

export const allowedMethods = 'GET, HEAD, POST, OPTIONS';

const ofOthers = ['vary', 'origin, accept, accept-encoding'];

export function crossOrigin(origins: readonly string[]): CrossOrigin {
  const allowed = new Map(origins.map((origin) => [origin, [
    ...ofOthers, 'access-control-allow-origin', origin, 'access-control-expose-headers', 'x-request-id, retry-after',
  ]]));

  return {
    headersFor: (origin) => (origin === undefined ? ofOthers : allowed.get(origin) ?? ofOthers),
    preflight({ headers }, response) {
      response.setHeader('vary', 'origin, access-control-request-headers');
      response.setHeader('allow', allowedMethods);
      const { origin } = headers;
      if (origin !== undefined && allowed.has(origin)) {
        response.setHeader('access-control-allow-origin', origin);
        response.setHeader('access-control-allow-methods', 'GET, POST');
        response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? 'authorization, content-type');
        response.setHeader('access-control-max-age', '3600');
      }
      response.writeHead(204).end();
    },
    admits({ headers: { origin, host } }) {
      return !origin || allowed.has(origin) || (URL.canParse(origin) && new URL(origin).host === host);
    },
  };
}
