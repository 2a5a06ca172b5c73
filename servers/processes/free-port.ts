import { createServer } from 'node:net';

/** Only this machine is listened to. */
export const LOCALHOST = '127.0.0.1';
const ATTEMPTS = 3;

/** The port that could be listened to; undefined when somebody else does. */
const listens = (port: number): Promise<number | undefined> => {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const server = createServer();
  server.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
    else reject(error);
  });
  server.listen(port, LOCALHOST, () => {
    const address = server.address();
    server.close(() => {
      resolve(typeof address === 'object' && address ? address.port : undefined);
    });
  });
  return promise;
};

/** The port that is asked for if it is free, else any free one. Someone else may take it before it is used. */
export const freePort = async (preferred = 0): Promise<number> => {
  const port = (await listens(preferred)) ?? (await listens(0));
  if (port === undefined) throw new Error(`No free port on ${LOCALHOST}`);
  return port;
};

/**
 * Starts something on a free port, and on another one when that failed and the port is somebody else's by now: a broker takes its port
 * seconds after it was started.
 */
export const onFreePort = async <T>(preferred: number, start: (port: number) => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? preferred : 0);
    try {
      return await start(port);
    } catch (error) {
      if (attempt === ATTEMPTS || (await listens(port)) !== undefined) throw error;
    }
  }
};
