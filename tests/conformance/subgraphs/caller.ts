import { decodeJwt } from 'jose';

const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Who asks, by the header in which the gateway passes it on: the `sub` of a JWT, with or without "Bearer", or the header itself. The suite's subgraphs
 * believe it unread, for whether the gateway signs it is no point of the suite.
 */
export const callerIn = (header: string, ...places: readonly unknown[]): string | undefined => {
  for (const place of places) {
    if (typeof place !== 'object' || place === null) continue;
    const value: unknown = Object.entries(place).find(([name]) => name.toLowerCase() === header.toLowerCase())?.[1];
    if (typeof value !== 'string') continue;
    const token = value.replace(/^bearer +/i, '');
    return JWT.test(token) ? decodeJwt(token).sub : token;
  }
  return undefined;
};
