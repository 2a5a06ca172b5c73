import type { HttpRoute } from '@test-planning/kernel/http';

/** Takes `/graphql/` for `/graphql`, by every method: some clients add the slash, and a person types it. */
export function withoutSlash(path: string): HttpRoute {
  return (request) => {
    const { url = '' } = request;
    if (url === `${path}/` || url.startsWith(`${path}/?`)) request.url = path + url.slice(path.length + 1);
    return false;
  };
}

/** Sends a person who opens the server's own address to the query page. */
export function pageFromRoot(path: string): HttpRoute {
  return ({ method, url }, response) => {
    if ((method !== 'GET' && method !== 'HEAD') || url?.split('?')[0] !== '/') return false;
    // For now only: browsers keep a permanent redirect of localhost for whatever runs there later.
    response.writeHead(302, { 'location': path, 'cache-control': 'no-store', 'content-length': 0 }).end();
    return true;
  };
}
