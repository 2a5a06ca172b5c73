import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { respondJson, type HttpRoute } from '@test-planning/kernel/http';
import { isForBrowser } from './plugins/landing-page';

interface Asset {
  readonly content: Buffer;
  readonly contentType: string;
  /** Changes with the content, and stands in the asset's address: so a browser may keep it for ever. */
  readonly version: string;
}

const contentTypes = { 'page.js': 'text/javascript; charset=utf-8', 'page.css': 'text/css; charset=utf-8' } as const;

/** Only from here; the editor makes its styles while it runs, and brings its fonts along. */
const securityPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'";

/**
 * GraphiQL, for browsers that GET the GraphQL endpoint's path itself. `directory` holds its built page.js and page.css; they are read when they are
 * first asked for.
 */
export function queryPageRoute(path: string, directory: string): HttpRoute {
  let assets: Promise<ReadonlyMap<string, Asset>> | undefined;

  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const [requested = '', search = ''] = (request.url ?? '').split('?', 2);
    const isPage = requested === path && isForBrowser(request.method, request.headers.accept) && !new URLSearchParams(search).has('query');
    const name = requested.startsWith(`${path}/`) ? requested.slice(path.length + 1) : undefined;
    return isPage || (name !== undefined && Object.hasOwn(contentTypes, name)) ? serve(name, response) : false;
  };

  async function serve(name: string | undefined, response: ServerResponse): Promise<true> {
    assets ??= readAssets(directory);
    const built = await assets.catch(() => undefined);
    if (!built) {
      assets = undefined;
      respondJson(response, 404, { message: 'The query page is not built' });
      return true;
    }
    const asset = name ? built.get(name) : undefined;
    if (asset) respond(response, asset.content, asset.contentType, 'public, max-age=31536000, immutable');
    else respond(response, pageOf(path, built), 'text/html; charset=utf-8', 'no-cache');
    return true;
  }
}

function respond(response: ServerResponse, content: Buffer | string, contentType: string, cacheControl: string): void {
  response.writeHead(200, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(content),
    'cache-control': cacheControl,
    'content-security-policy': securityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  }).end(content);
}

async function readAssets(directory: string): Promise<ReadonlyMap<string, Asset>> {
  return new Map(await Promise.all(Object.entries(contentTypes).map(async ([name, contentType]) => {
    const content = await readFile(join(directory, name));
    return [name, { content, contentType, version: createHash('sha256').update(content).digest('hex').slice(0, 16) }] as const;
  })));
}

function pageOf(path: string, assets: ReadonlyMap<string, Asset>): string {
  const address = (name: string): string => `${path}/${name}?v=${assets.get(name)?.version ?? ''}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Query page</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${address('page.css')}">
<style>html, body, #page { height: 100%; margin: 0; }</style>
</head>
<body>
<div id="page">Loading…</div>
<script src="${address('page.js')}"></script>
</body>
</html>
`;
}
