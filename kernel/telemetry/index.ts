export { createLogger, logLevels, silentLogger, type LogLevel, type Logger, type LoggerOptions } from './logger';
