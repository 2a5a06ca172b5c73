import type { IncomingMessage } from 'node:http';
import type { CrossOrigin } from './cross-origin';

/** What a page can send anywhere without its browser's asking first (the Fetch standard's "CORS-safelisted" types). */
const simpleTypes = new Set(['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']);
/** A page can set these for another site only after a preflight, and no browser or proxy adds them. GraphQL clients send them. */
const preflightedHeaders = [
  'apollo-require-preflight', 'x-apollo-operation-name', 'apollographql-client-name', 'graphql-require-preflight', 'x-graphql-yoga-csrf',
] as const;
/** A browser sends these credentials to a site by itself once a person has entered them there. Other ones are set by a script, which needs a preflight. */
const schemesOfBrowsers = new Set(['basic', 'digest', 'negotiate', 'ntlm']);

export const crossSiteMessage = 'The request could have been sent by a web page elsewhere: give it a content-type that is not one of '
  + `${[...simpleTypes].join(', ')}, or a bearer token, or one of the headers ${preflightedHeaders.join(', ')}`;

/**
 * True for a request that a page of any site can make a browser send, with whatever the browser adds (cross-site request forgery), without its having
 * been asked by a preflight. What a browser says is from an allowed page is none.
 */
export function mayBeCrossSite({ headers }: IncomingMessage, crossOrigin: CrossOrigin): boolean {
  const contentType = headers['content-type'];
  if (contentType !== undefined && !simpleTypes.has(essenceOf(contentType))) return false;
  if (preflightedHeaders.some((name) => headers[name])) return false;
  if (headers.authorization && !schemesOfBrowsers.has(schemeOf(headers.authorization))) return false;
  if (headers['sec-fetch-site'] === 'same-origin') return false;
  return headers.origin === undefined || !crossOrigin.admits({ headers });
}

const essenceOf = (contentType: string): string => (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();

const schemeOf = (authorization: string): string => (authorization.trim().split(/\s/, 1)[0] ?? '').toLowerCase();
