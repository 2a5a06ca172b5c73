import { startDistributed } from '../../system/distributed-processes';
import { survivesKilling } from '../killing';

survivesKilling('Any of its processes killed at any moment', async () => {
  const system = await startDistributed();
  const left: string[] = [];
  return {
    system,
    kill: async (random) => {
      // Each of them in turn, in random order.
      if (left.length === 0) left.push(...system.names);
      const [name] = left.splice(Math.floor(random() * left.length), 1);
      await system.kill(name as string);
    },
    end: () => system.stop(),
  };
});
