/** HTTP and WebSockets as every process here serves them. */
export { allowedHost, hostCheck, type HostCheck } from './host-check';
export { defaultHttpLimits, drain, listen, routingServer, urlOf, type HttpLimits, type HttpRoute } from './http-server';
export { networkOf } from './network';
export { hasMoreValuesThan } from './json-values';
export { isRepeated } from './repeated-header';
export { readBody } from './request-body';
export { respondJson } from './respond';
export { acceptSockets, acceptUpgrades, closeSocket } from './socket-server';
