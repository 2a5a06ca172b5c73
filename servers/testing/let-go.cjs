const { spawnSync } = require('node:child_process');
const { resolve } = require('node:path');

/** For jest's globalTeardown: what this run brought up ends, unless another run uses it; what ran before goes on. */
module.exports = () => {
  const { status, stderr } = spawnSync('node', ['dist/servers/main.js', 'stop', '--for', String(process.pid)], { cwd: resolve(__dirname, '../..'), encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`The servers of the tests were not stopped: ${stderr}`);
};
