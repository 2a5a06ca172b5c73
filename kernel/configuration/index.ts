/** Settings from the environment: declared once each, and read with an error that names the one that is wrong. */
export {
  allowedHostsVariable, corsOriginsVariable, hostVariable, logLevelVariable, maxCostVariable, portVariable, processDeadlineVariable, rateLimitVariable,
} from './common-variables';
export { ConfigError } from './config-error';
export { addressWith, listOf, matching, oneOf, rateOrOff, secretOf, text, trueOrFalse, wholeNumber, type Parser, type Rate } from './parsers';
export { withSecretFiles } from './secret-files';
export { readVariable, requireVariable, type Environment, type Variable } from './variable';
