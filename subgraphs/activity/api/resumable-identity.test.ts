import { inputHash } from '@test-planning/kernel/messaging';
import type { Identity } from '@test-planning/kernel/subgraph';
import { getNamedType, Kind, parse, valueFromASTUntyped, type FieldDefinitionNode, type ObjectTypeDefinitionNode } from 'graphql';
import { activitySdl } from '../service';
import { everythingOf } from '../testing/everything-of';
import { applied, bob, command, decisionOfProcess, LAB, processEvent, processStream, refused, uuid } from '../testing/sample-messages';
import { identityOf, startSystem, type Subscribed, type System } from '../testing/system';

/** By what name each part of an identity goes upstream. */
const claims: Readonly<Record<keyof Identity, string>> = { userId: 'sub', name: 'name', lab: 'lab', scopes: 'scopes' };

/** An identity that remembers what was asked of it. */
function watched(identity: Identity): { identity: Identity; asked: Set<string> } {
  const asked = new Set<string>();
  return {
    asked,
    identity: new Proxy(identity, {
      get(target, part: keyof Identity) {
        asked.add(claims[part]);
        return target[part];
      },
    }),
  };
}

interface ResumableField {
  name: string;
  identity: readonly string[];
  requiredScopes: readonly string[];
}

/** What the SDL says of every field that is resumable. */
function resumableFields(): ResumableField[] {
  const subscription = parse(activitySdl()).definitions.find((node): node is ObjectTypeDefinitionNode => node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Subscription');
  const said = ({ directives = [] }: FieldDefinitionNode, directive: string, argument: string): unknown => {
    const value = directives.find(({ name }) => name.value === directive)?.arguments?.find(({ name }) => name.value === argument)?.value;
    return value && valueFromASTUntyped(value);
  };
  return (subscription?.fields ?? []).filter(({ directives }) => directives?.some(({ name }) => name.value === 'resumable')).map((field) => ({
    name: field.name.value,
    identity: said(field, 'resumable', 'identity') as string[],
    requiredScopes: (said(field, 'requiresScopes', 'scopes') as string[][] | undefined)?.flat() ?? [],
  }));
}

const fields = resumableFields();

/** What Alice is delivered of what happens below. */
const deliveries: Readonly<Record<string, number>> = { activityRecorded: 9, experimentChanged: 1, methodChanged: 1, processChanged: 2, notificationReceived: 4 };

/** Something of every kind, by Alice. */
async function happen(system: System): Promise<void> {
  const creating = command('Soil 3');
  const again = command('again', { stream: creating.stream });
  const method = command('Tillage', { type: 'CreateMethod', stream: `${LAB}/method/${uuid('Tillage')}` });
  const adding = command('adding', { type: 'AddMethodsToExperiment', stream: processStream('adding') });
  for (const message of [creating, again, method, adding]) await system.send(message);
  await system.settle();
  await system.publish(applied(creating));
  await system.publish(refused(again, 'ALREADY_EXISTS'));
  await system.publish(applied(method, 'MethodCreated'));
  await system.publish(processEvent(adding, 'StepsSent'));
  await system.publish(processEvent(adding, 'ProcessCompleted', { decides: decisionOfProcess(adding, creating.stream) }));
  await system.settle();
}

/** Begins a subscription with everything there is to select. */
async function begin(system: System, field: string, identity: Identity): Promise<Subscribed> {
  const definition = system.api.schema.getSubscriptionType()?.getFields()[field];
  if (!definition) throw new Error(`There is no ${field}`);
  return system.follow(`subscription { event: ${field} ${everythingOf(system.api.schema, getNamedType(definition.type))} }`, {}, identity);
}

async function take(subscribed: Subscribed, count: number): Promise<unknown[]> {
  const results: unknown[] = [];
  while (results.length < count) results.push((await subscribed.next()).value);
  return results;
}

describe.each(fields)('the events of $name', ({ name: field, identity: declared, requiredScopes }) => {
  let system: System;
  beforeEach(async () => {
    system = await startSystem();
  });
  afterEach(() => system.worker.stop());

  test(`depend on ${declared.join(', ')} at most`, async () => {
    const { identity, asked } = watched(identityOf('alice'));
    const events = await begin(system, field, identity);
    await happen(system);
    const results = await take(events, deliveries[field] ?? NaN);
    expect(results.map((result) => (result as { errors?: unknown }).errors)).toEqual(results.map(() => undefined));
    // Every caller who may have the field has the scopes that it takes: unless others count as well, scopes tell no callers apart.
    const onlyRequired = requiredScopes.length > 0 && !declared.includes('scopes');
    const tellApart = onlyRequired ? [...asked].filter((claim) => claim !== 'scopes') : [...asked];
    expect(tellApart.sort()).toEqual(declared.filter((claim) => asked.has(claim)).sort());
    await events.end();
  });

  test('are equal for people who are equal in that', async () => {
    const scopes = declared.includes('scopes') ? identityOf('alice').scopes : requiredScopes;
    const others: Identity[] = [
      identityOf('alice', { name: 'Alice, married', scopes }),
      ...(declared.includes('sub') ? [] : [identityOf('bob', { scopes })]),
    ];
    const followed = await Promise.all([identityOf('alice'), ...others].map((identity) => begin(system, field, identity)));
    await happen(system);
    const [hers, ...theirs] = await Promise.all(followed.map((events) => take(events, deliveries[field] ?? NaN)));
    for (const results of theirs) expect(results).toEqual(hers);
    await Promise.all(followed.map((events) => events.end()));
  });
});

test('nobody\'s notifications are another\'s', async () => {
  const system = await startSystem();
  const bobs = await begin(system, 'notificationReceived', identityOf('bob'));
  await happen(system);
  const his = command('Soil 9', { actor: bob });
  await system.send(his);
  await system.settle();
  await system.publish(applied(his, 'ExperimentCreated', { subject: { name: 'Soil 9', creatorId: 'bob', deleted: false } }));
  expect(await take(bobs, 1)).toMatchObject([{ data: { event: { Notification_command: { Command_id: his.id } } } }]);
  await bobs.end();
  await system.worker.stop();
});

test('what depends on scopes is not equal without them', async () => {
  const system = await startSystem();
  const fewer = await begin(system, 'activityRecorded', identityOf('alice', { scopes: [] }));
  await happen(system);
  expect(await take(fewer, 1)).toMatchObject([{ data: { event: { AuditEntry_type: 'AddMethodsToExperiment' } } }]);
  await fewer.end();
  await system.worker.stop();
});

test('a process is delivered with its command, and what that tells depends on scopes', async () => {
  const system = await startSystem();
  await happen(system);
  const adding = command('adding', { type: 'AddMethodsToExperiment', stream: processStream('adding') });
  const { identity, asked } = watched(identityOf('alice'));
  const commandType = system.api.schema.getType('Command');
  if (!commandType) throw new Error('There is no Command');
  const { data, errors } = await system.run(
    `query ($command: _Any!) { _entities(representations: [$command]) { ... on Command ${everythingOf(system.api.schema, commandType)} } }`,
    { command: { __typename: 'Command', id: adding.id, inputHash: inputHash(adding) } }, identity,
  );
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ _entities: [{ Command_status: 'APPLIED' }] });
  expect([...asked].sort()).toEqual(['lab', 'scopes']);
  expect(fields.find(({ name }) => name === 'processChanged')?.identity).toEqual(['lab', 'scopes']);
  await system.worker.stop();
});
