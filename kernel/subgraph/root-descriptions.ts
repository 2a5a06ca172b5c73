/** What clients read about the root types; every subgraph that has one says the same, as they are merged. */
export const rootDescriptions: Readonly<Record<string, string>> = {
  Mutation: `Every mutation is accepted at once and decided later: it answers with its Command, and \`outcome(waitMs:)\` on it waits for
the decision in the same request. \`commandId\` (a UUID of your choice) is the idempotency key: sent again with the same mutation and
input it gets the same command with the same outcome, and has no second effect; with another input it is refused with
COMMAND_ID_REUSED. \`expectedVersion\`, where given, makes the command be refused with VERSION_CONFLICT when the thing has changed since you
read it. Bad input is BAD_USER_INPUT, and nothing is accepted. Commands on one thing are decided in the order in which they were accepted;
commands on different things are independent: wait for the outcome of the one before sending what builds on it.`,
  Subscription: `Over graphql-ws (protocol graphql-transport-ws), GraphQL over SSE, and multipart/mixed. Every payload of a feed carries its
\`cursor\`; \`after\` takes one and delivers exactly what came behind it, then goes on live. A cursor too old is
CURSOR_EXPIRED, one that is forged, foreign or of another feed CURSOR_INVALID. Over SSE the cursor is also the event's id,
and Last-Event-ID is \`after\`.`,
};
