import { logLevels, type LogLevel } from '../telemetry/logger';
import { oneOf, text, wholeNumber } from './parsers';
import type { Variable } from './variable';

/** Variables that every edition has. */
export const hostVariable: Variable<string> = { name: 'HOST', decides: 'the address to listen at', parser: text, otherwise: '127.0.0.1' };

export const portVariable = (otherwise: number): Variable<number> => ({
  name: 'PORT', decides: 'the port to listen at; 0 takes a free one', parser: wholeNumber(0, 65_535), otherwise: String(otherwise),
});

export const logLevelVariable = (otherwise: LogLevel): Variable<LogLevel> => ({
  name: 'LOG_LEVEL', decides: 'from which level on is logged', parser: oneOf(logLevels), otherwise,
});

export const processDeadlineVariable: Variable<number> = {
  name: 'PROCESS_DEADLINE_MS', decides: 'how long a process (a saga) has, in milliseconds, before it compensates', parser: wholeNumber(100, 86_400_000), otherwise: '30000',
};
