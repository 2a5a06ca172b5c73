/** HTTP and WebSockets as every process here serves them. */
export { drain, listen, routingServer, urlOf, type HttpRoute } from './http-server';
export { readBody } from './request-body';
export { respondJson } from './respond';
export { acceptSockets, closeSocket } from './socket-server';
