const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { createInterface } = require('node:readline');
const build = require('./build.cjs');
const bringUp = require('../../servers/testing/bring-up.cjs');
const letGo = require('../../servers/testing/let-go.cjs');

const root = resolve(__dirname, '../..');
/** How much is kept of what the runner says is wrong, in characters. */
const LAST_WORDS = 4096;

let stop;

/** What the runner says when every process is ready; before, it tells of each one. What it prints afterwards is read and dropped. */
const ready = (runner, said) =>
  new Promise((fulfil, reject) => {
    createInterface({ input: runner.stdout }).on('line', (line) => {
      const told = JSON.parse(line);
      if (told.kind === 'ready') fulfil(told);
    });
    runner.once('exit', (code) => {
      reject(new Error(`The distributed edition ended with ${code} before it was ready:\n${said()}`));
    });
  });

/**
 * For jest's globalSetup: one distributed system for all journeys, on the servers that were found or brought up, under a prefix of its own.
 * DISTRIBUTED_URL and DISTRIBUTED_DATA_DIR say where it is; without servers there is none.
 */
module.exports = async () => {
  build();
  bringUp();
  const { KAFKA_BROKERS, MONGODB_URL } = process.env;
  if (!KAFKA_BROKERS || !MONGODB_URL) return;
  const dataDir = mkdtempSync(join(tmpdir(), 'test-planning-distributed-'));
  const prefix = `journeys-${process.pid}-${Date.now().toString(36)}`;
  const runner = spawn('node', ['dist/distributed/runner.js', '--json', '--port', '0', '--discard', '--prefix', prefix], {
    cwd: root, env: { ...process.env, DATA_DIR: dataDir, KAFKA_PARTITIONS: '4' }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  runner.stderr.on('data', (chunk) => {
    errors = `${errors}${chunk}`.slice(-LAST_WORDS);
  });
  stop = async () => {
    const exited = once(runner, 'exit');
    if (runner.exitCode === null && runner.kill('SIGTERM')) await exited;
    rmSync(dataDir, { recursive: true, force: true });
  };
  const { url } = await ready(runner, () => errors);
  process.env.DISTRIBUTED_URL = url;
  process.env.DISTRIBUTED_DATA_DIR = dataDir;
};

/** For jest's globalTeardown, which is a module of its own. */
module.exports.stop = async () => {
  await stop?.();
  letGo();
};
