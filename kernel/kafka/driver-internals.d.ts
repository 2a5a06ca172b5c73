declare module 'kafkajs/src/network/requestQueue' {
  /** The requests of one connection, in kafkajs 2.2.4. */
  export default class RequestQueue {
    pending: unknown[];
    scheduleCheckPendingRequests(): void;
  }
}
