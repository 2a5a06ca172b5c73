import { once } from 'node:events';
import { createServer } from 'node:net';

/** The port if nobody listens there yet, else 0. */
export const portIfFree = async (host: string, port: number): Promise<number> => {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    return port;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return 0;
    throw error;
  } finally {
    probe.close();
  }
};
