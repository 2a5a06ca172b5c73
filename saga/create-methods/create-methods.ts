import type { Protocol } from '@test-planning/kernel/processes';
import type { InputOf } from '../input';
import { onMethod } from '../steps';

/** All methods or none: they are provisional, seen and touched by nobody else, until each of them is there. */
export const createMethods: Protocol<InputOf<'CreateMethods'>> = {
  prepare: [
    ({ input: { methods } }) =>
      methods.map(({ id, description }) =>
        onMethod(
          'provision',
          id,
          { type: 'ProvisionMethod', data: { description, link: null } },
          { name: 'discard', command: { type: 'DiscardMethod', data: {} } },
        ),
      ),
  ],
  forward: [({ input: { methods } }) => methods.map(({ id }) => onMethod('confirm', id, { type: 'ConfirmMethod', data: {} }))],
};
