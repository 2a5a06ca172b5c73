import type { Point } from './point';
import { auth } from './points/auth';
import { clients } from './points/clients';
import { delivery } from './points/delivery';
import { documents } from './points/documents';
import { drain } from './points/drain';
import { errors } from './points/errors';
import { order } from './points/order';
import { randomMoments } from './points/random-moments';
import { reload } from './points/reload';
import { resume } from './points/resume';
import { slowClients } from './points/slow-clients';
import { socket } from './points/socket';
import { multipart, sse } from './points/streams';

/** All points, group by group. */
export const points: readonly Point[] = [
  ...socket, ...sse, ...multipart, ...delivery, ...clients, ...order, ...errors, ...documents, ...auth, ...resume, ...randomMoments, ...slowClients, ...reload, ...drain,
];
