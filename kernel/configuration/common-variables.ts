import { logLevels, type LogLevel } from '../telemetry/logger';
import { allowedHost } from '../http/host-check';
import { listOf, matching, oneOf, rateOrOff, text, wholeNumber, type Rate } from './parsers';
import type { Variable } from './variable';

/** Variables that every edition has. */
export const hostVariable: Variable<string> = { name: 'HOST', decides: 'the address to listen at', parser: text, otherwise: '127.0.0.1' };

export const portVariable = (otherwise: number): Variable<number> => ({
  name: 'PORT', decides: 'the port to listen at; 0 takes a free one', parser: wholeNumber(0, 65_535), otherwise: String(otherwise),
});

export const corsOriginsVariable: Variable<readonly string[]> = {
  name: 'CORS_ORIGINS', decides: 'pages of which other origins may call from a browser', parser: listOf(matching(/^https?:\/\/[^/?#@*\sA-Z]+$/, 'an origin as https://lab.example')),
};

export const allowedHostsVariable: Variable<readonly string[]> = {
  name: 'ALLOWED_HOSTS',
  decides: 'names of this server in the Host header, beside loopback names and HOST; .lab.example means all names below it, * means all',
  parser: listOf({ expected: 'a host name without a port, as lab.example', parse: allowedHost }),
};

export const logLevelVariable = (otherwise: LogLevel): Variable<LogLevel> => ({
  name: 'LOG_LEVEL', decides: 'from which level on is logged', parser: oneOf(logLevels), otherwise,
});

export const processDeadlineVariable: Variable<number> = {
  name: 'PROCESS_DEADLINE_MS', decides: 'how long a process (a saga) has, in milliseconds, before it compensates', parser: wholeNumber(100, 86_400_000), otherwise: '30000',
};

export const maxCostVariable: Variable<number> = {
  name: 'MAX_COST', decides: 'what one operation may cost by the gateway\'s estimate, which is about the number of objects that it can bring',
  parser: wholeNumber(1, 1_000_000_000), otherwise: '25000',
};

export const rateLimitVariable: Variable<Rate | 'off'> = {
  name: 'RATE_LIMIT', decides: 'what one identity may use each second, and at once after a pause, in units of MAX_COST; off: as much as it likes',
  parser: rateOrOff, otherwise: '100000:1000000',
};
