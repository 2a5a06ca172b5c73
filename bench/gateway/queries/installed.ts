import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from '../spawned';

export const peersDirectory = join(root, 'bench/peers');

/** Installs the peers as their lock says, unless that was done; takes about a minute. @throws if npm can't: it has said why. */
export const installPeers = (): void => {
  const lock = join(peersDirectory, 'package-lock.json');
  const done = join(peersDirectory, 'node_modules/.installed-from.json');
  if (existsSync(done) && readFileSync(done, 'utf8') === readFileSync(lock, 'utf8')) return;
  console.log('Installing the peers into bench/peers/node_modules ...');
  // Neither the engines' versions nor install scripts matter to what is run here.
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: peersDirectory, stdio: 'inherit' });
  copyFileSync(lock, done);
};

const ROUTER_VERSION = '2.17.0';

/** Where Apollo Router is, or what to do to have it. */
export const findRouter = (): { readonly binary: string } | { readonly missing: string } => {
  const builtAt = join(homedir(), '.cache/test-planning/apollo-router');
  const binary = process.env['APOLLO_ROUTER'] ?? join(builtAt, 'bin/router');
  return existsSync(binary) ? { binary } : {
    missing: `there is none at ${binary}: "cargo install apollo-router@${ROUTER_VERSION} --locked --root ${builtAt}" builds it (needs protoc; ten minutes on two cores), or APOLLO_ROUTER says where it is`,
  };
};
