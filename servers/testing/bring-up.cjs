const { execFileSync, spawnSync } = require('node:child_process');
const { resolve } = require('node:path');

const root = resolve(__dirname, '../..');
const assignment = /^(KAFKA_BROKERS|MONGODB_URL)='(.*)'$/;

/**
 * For jest's globalSetup: finds Kafka and MongoDB, or brings them up, and tells the tests where they are (KAFKA_BROKERS, MONGODB_URL), or why they are nowhere
 * (SERVERS_MISSING). What it brings up belongs to this run of jest, and to others that ask meanwhile; the last one stops it.
 */
module.exports = () => {
  if (process.env.KAFKA_BROKERS && process.env.MONGODB_URL) return;
  execFileSync('node', ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
  const { stdout, stderr, status } = spawnSync('node', ['dist/servers/main.js', 'start', '--for', String(process.pid)], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  for (const line of stdout.split('\n')) {
    const [, variable, value] = assignment.exec(line) ?? [];
    if (variable) process.env[variable] = value;
  }
  if (status !== 0) process.env.SERVERS_MISSING = stderr.slice(Math.max(0, stderr.search(/^\w+ can't be had/m))).trim();
};
