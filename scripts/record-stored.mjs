// Records samples of what is stored and has none yet (tests/stored); what was recorded once stays as it is.
import { spawnSync } from 'node:child_process';

const { status } = spawnSync('npx', ['jest', 'tests/stored', '--selectProjects', 'servers'], { stdio: 'inherit', shell: true, env: { ...process.env, RECORD_STORED: '1' } });
process.exit(status ?? 1);
