import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { KafkaSetupError } from './setup-error';

const API_VERSIONS = 18;
const TIMEOUT_MS = 3000;

/**
 * What kafkajs 2.2.4 speaks and this log stands on, by number in Kafka's protocol (https://kafka.apache.org/protocol). Produce 7 came with
 * Kafka 2.1; what is older was never tried.
 */
const NEEDED = [
  { api: 0, name: 'Produce', version: 7 },
  { api: 1, name: 'Fetch', version: 10 },
  { api: 11, name: 'JoinGroup', version: 3 },
  { api: 21, name: 'DeleteRecords', version: 1 },
  { api: 22, name: 'InitProducerId', version: 1 },
];

/**
 * Asks a broker which versions of the protocol it speaks.
 *
 * @param address `host:port`
 * @throws {KafkaSetupError} when it is too old or too new; any other error when it can't be reached.
 */
export const checkBroker = async (address: string, ssl: boolean): Promise<void> => {
  const spoken = await versionsOf(address, ssl);
  for (const { api, name, version } of NEEDED) {
    const range = spoken.get(api);
    if (!range || range.most < version) {
      throw new KafkaSetupError(`The Kafka at ${address} is too old: it doesn't know ${name} in version ${version}. Kafka 2.1 or newer is needed`);
    }
    if (range.least > version) throw new KafkaSetupError(`The Kafka at ${address} is too new: it no longer knows ${name} in version ${version}`);
  }
};

type Versions = Map<number, { least: number; most: number }>;

const versionsOf = async (address: string, ssl: boolean): Promise<Versions> => {
  const at = address.lastIndexOf(':');
  const to = { host: address.slice(0, at), port: Number(address.slice(at + 1)) };
  const socket = ssl ? connectTls({ ...to, servername: to.host }) : connectSocket(to);
  try {
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`${address} doesn't answer`)));
    await once(socket, ssl ? 'secureConnect' : 'connect');
    socket.write(QUESTION);
    let answer = Buffer.alloc(0);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length >= 4 && answer.length >= 4 + answer.readInt32BE(0)) return read(answer);
    }
    throw new Error(`${address} closed the connection`);
  } finally {
    socket.destroy();
  }
};

/** ApiVersions in version 0: size, api, version, correlation id, and no client id. Every broker answers it, before any login. */
const QUESTION = Buffer.from([0, 0, 0, 10, 0, API_VERSIONS, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);

/** Size, correlation id and error code come first, then how many there are, then number, least and most version of each. */
const read = (answer: Buffer): Versions => new Map(Array.from({ length: answer.readInt32BE(10) }, (_, index) => {
  const at = 14 + 6 * index;
  return [answer.readInt16BE(at), { least: answer.readInt16BE(at + 2), most: answer.readInt16BE(at + 4) }];
}));
