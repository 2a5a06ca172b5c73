import { kindsInRefusal, userCommandTypes } from './user-commands';
import { visibleRefusal } from './visible-refusal';

const refusal = { code: 'VERSION_CONFLICT', message: 'It has changed.', details: { version: 3 } };
const [experiments, methods] = ['experiments:read', 'methods:read'];

describe('A refusal as a caller sees it', () => {
  it.each([
    [['experiment'], [experiments], true],
    [['experiment'], [methods, 'experiments:write', 'operations'], false],
    [['method'], [methods], true],
    [['method'], [experiments], false],
    [['experiment', 'method'], [experiments, methods], true],
    [['experiment', 'method'], [experiments], false],
    [['experiment', 'method'], [methods], false],
    [['experiment'], [], false],
  ] as const)('about %j for the scopes %j has its details: %s', (kinds, scopes, visible) => {
    expect(visibleRefusal(refusal, kinds, scopes)).toEqual({ ...refusal, details: visible ? refusal.details : null });
  });

  it('has no details where none were given', () => {
    expect(visibleRefusal({ code: 'ALREADY_EXISTS', message: 'There is one.' }, ['method'], [methods])).toMatchObject({ details: null });
  });

  it('of a command of an unknown type needs every read scope', () => {
    expect(kindsInRefusal('ReviseEverything')).toEqual(['experiment', 'method']);
    for (const type of userCommandTypes) expect(kindsInRefusal(type).length).toBeGreaterThan(0);
  });
});
