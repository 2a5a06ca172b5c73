import {
  MongoBulkWriteError, MongoClientClosedError, MongoError, MongoErrorLabel, MongoNetworkError, MongoNotConnectedError, MongoOperationTimeoutError, MongoServerError,
  MongoServerSelectionError, MongoTopologyClosedError, MongoWriteConcernError,
} from 'mongodb';
import { UnavailableError } from '../health/unavailable-error';

/** As people call it, in health and in errors. */
export const MONGODB = 'MongoDB';

/**
 * What a server says when it can't serve now, though another one or the same a moment later can: it is stepping down, starting, shutting down,
 * has lost its majority, or ran out of the time that it was given (https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml).
 */
const PASSING_CODES = new Set([6, 7, 50, 64, 79, 89, 91, 100, 133, 134, 189, 202, 262, 317, 9001, 10058, 10107, 11600, 11602, 13388, 13435, 13436]);

/** Runs a call to the server; what is wrong with the server or the way to it, and not with the call, becomes an UnavailableError. */
export const available = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw asUnavailable(error);
  }
};

const asUnavailable = (error: unknown): unknown => (isPassing(error) ? new UnavailableError(MONGODB, error) : error);

const isPassing = (error: unknown): boolean => {
  if (!(error instanceof MongoError)) return false;
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError || error instanceof MongoOperationTimeoutError) return true;
  if (error instanceof MongoNotConnectedError || error instanceof MongoTopologyClosedError || error instanceof MongoClientClosedError) return true;
  if (error instanceof MongoWriteConcernError || (error instanceof MongoBulkWriteError && error.result.getWriteConcernError() !== undefined)) return true;
  // A bulk write puts whatever befell it into an error of its own.
  if (error instanceof MongoBulkWriteError && isPassing(error.errorResponse)) return true;
  if (error.hasErrorLabel(MongoErrorLabel.RetryableWriteError)) return true;
  // Driver errors that it exports no class for: its pool was closed, or had no connection free in time.
  if (error.name === 'MongoPoolClosedError' || error.name === 'MongoWaitQueueTimeoutError') return true;
  return error instanceof MongoServerError && typeof error.code === 'number' && PASSING_CODES.has(error.code);
};
