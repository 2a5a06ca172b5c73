// The query page: GraphiQL on this gateway, over HTTP and graphql-transport-ws. The header editor's headers are sent with
// each request and, for subscriptions, as the socket's connection_init.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import React from 'react';

const endpoint = new URL(window.location.pathname, window.location.href);
const socketEndpoint = new URL(endpoint);
socketEndpoint.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';

const fetcher = createGraphiQLFetcher({ url: endpoint.href, subscriptionUrl: socketEndpoint.href });
const welcome = `# Ask the graph: the schema is behind the book on the left.
# Fields that need a token take it from the Headers tab below:
#   { "authorization": "Bearer ..." }
# Subscriptions send the same headers when their socket opens.

{
  __typename
}
`;

// Earlier versions of this page kept headers, and so tokens, in the browser.
if (localStorage.getItem('graphiql:shouldPersistHeaders') === 'true') {
  for (const key of ['shouldPersistHeaders', 'headers', 'tabState']) localStorage.removeItem(`graphiql:${key}`);
}

createRoot(document.getElementById('page')).render(
  <GraphiQL fetcher={fetcher} defaultQuery={welcome} shouldPersistHeaders={false} defaultEditorToolsVisibility="headers" />,
);
