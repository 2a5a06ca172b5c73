import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStandalone } from '../system/standalone-process';
import { survives } from './surviving';

survives('Killed at any moment', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'test-planning-kill-'));
  let system = await startStandalone({ dataDir });
  return {
    get system() {
      return system;
    },
    pauseMs: 0,
    troubles: [{
      title: 'It was killed',
      cutsClients: true,
      queriesGoOn: false,
      strike: async (press) => {
        await press();
        await system.kill();
        system = await startStandalone({ dataDir });
      },
    }],
    end: async () => {
      await system.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
});
