// @apollo/gateway behind Apollo Server, as its documentation starts it: node apollo-gateway.mjs SUPERGRAPH_FILE
import { readFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

const [file] = process.argv.slice(2);
const gateway = new ApolloGateway({ supergraphSdl: readFileSync(file, 'utf8') });
const server = new ApolloServer({ gateway });
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
console.log(`Apollo Gateway at ${url}`);
process.once('SIGTERM', () => process.exit(0));
