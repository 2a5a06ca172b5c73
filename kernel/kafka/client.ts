import { connect as connectSocket, isIP, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Kafka, type KafkaConfig, type RetryOptions } from 'kafkajs';
import type { Logger } from '../telemetry/logger';
import { DRIVER_LOG_LEVEL, driverLog } from './driver-log';
import { setNoIdleTimers } from './driver-timers';
import type { Connect, KafkaOptions } from './options';

const CONNECTION_TIMEOUT_MS = 3000;
const KEEP_ALIVE_MS = 60_000;
/** Of a single request; what is tried again and again is tried by us, with our own back-off. */
const RETRY: RetryOptions = { initialRetryTime: 100, maxRetryTime: 1000 };
const RETRIES = 5;

export type ClientOptions = Pick<KafkaOptions, 'brokers' | 'clientId' | 'ssl' | 'sasl'> & { logger: Logger; connect?: Connect };

/** kafkajs with sockets of its own, so that it can be ended whatever it is waiting for. */
export interface Client {
  kafka: Kafka;
  /** Cuts all connections and lets it make no others: from now on nothing that it has begun reaches a broker. */
  sever(reason: string): void;
}

/**
 * @param requestTimeoutMs how long a broker may take to answer
 * @param retries of a request that was not answered
 */
export const createClient = ({ brokers, clientId, ssl = false, sasl, logger, connect = connectPlainly }: ClientOptions, requestTimeoutMs: number, retries = RETRIES): Client => {
  setNoIdleTimers();
  const sockets = new Set<Socket>();
  let severed: Error | undefined;
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId,
    ssl,
    // A union of the mechanisms, which TypeScript doesn't distribute over the object that holds them.
    ...(sasl && { sasl: sasl as NonNullable<KafkaConfig['sasl']> }),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    retry: { ...RETRY, retries },
    logLevel: DRIVER_LOG_LEVEL,
    logCreator: driverLog(logger),
    socketFactory: ({ host, port, onConnect }) => {
      if (severed) return new Socket().destroy(severed);
      const socket = connect({ host, port, ssl }, onConnect);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
  });
  return {
    kafka,
    sever: (reason) => {
      severed ??= new Error(reason);
      for (const socket of sockets) socket.destroy(severed);
    },
  };
};

const connectPlainly: Connect = ({ host, port, ssl }, onConnect) => {
  const socket = ssl ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }) }, onConnect) : connectSocket({ host, port }, onConnect);
  // Without it a small request waits for the answer to the one before it (Nagle's algorithm and delayed acknowledgements).
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return socket;
};
