import type { Point } from './point';
import { clients } from './points/clients';
import { delivery } from './points/delivery';
import { documents } from './points/documents';
import { errors } from './points/errors';
import { order } from './points/order';
import { socket } from './points/socket';
import { multipart, sse } from './points/streams';

/** All points, group by group. */
export const points: readonly Point[] = [...socket, ...sse, ...multipart, ...delivery, ...clients, ...order, ...errors, ...documents];
