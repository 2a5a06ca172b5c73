const { execFileSync } = require('node:child_process');
const { resolve } = require('node:path');

/** Journeys and faults drive what is built, so it has to be built from what is there now. */
module.exports = () => {
  execFileSync('node', ['scripts/build.mjs'], { cwd: resolve(__dirname, '../..'), stdio: 'inherit' });
};
