const { stop } = require('./start-distributed.cjs');

module.exports = stop;
