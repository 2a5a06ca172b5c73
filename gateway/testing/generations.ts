import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { HttpSubgraph } from './http-subgraph';
import { subgraphSchema } from './subgraph-schema';

const federation = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const ordersSdl = `${federation}
  type Query { orders: [Order!]! ordersAre: String! later: String! }
  type Order @key(fields: "id") { id: ID! placedBy: String! }`;
const stockSdl = `${federation}
  type Query { stockIs: String! }
  type Order @key(fields: "id") { id: ID! packedBy: String! }`;

/** Two subgraphs, each answering with the name of its generation: a plan that goes to both tells whether it was mixed. */
export class Generation {
  /** How often `later` was asked for. */
  laterAsked = 0;

  private constructor(readonly name: string, readonly orders: HttpSubgraph, readonly stock: HttpSubgraph, private readonly gate: PromiseWithResolvers<string>) {}

  static async serve(name: string): Promise<Generation> {
    const gate = Promise.withResolvers<string>();
    const later = (): Promise<string> => {
      generation.laterAsked += 1;
      return gate.promise;
    };
    const orders = subgraphSchema(ordersSdl, {
      Query: { orders: () => ['1', '2'].map((id) => ({ id, placedBy: name })), ordersAre: () => name, later },
    });
    const stock = subgraphSchema(stockSdl, { Query: { stockIs: () => name }, Order: { packedBy: () => name } });
    const generation = new Generation(name, await HttpSubgraph.serve(orders), await HttpSubgraph.serve(stock), gate);
    return generation;
  }

  /** With these two, or others in their place. */
  static compose(orders: HttpSubgraph, stock?: HttpSubgraph): string {
    const definitions = [{ name: 'orders', url: orders.url, typeDefs: parse(ordersSdl) }, ...(stock ? [{ name: 'stock', url: stock.url, typeDefs: parse(stockSdl) }] : [])];
    const { supergraphSdl, errors } = composeServices(definitions);
    if (supergraphSdl === undefined) throw new Error(String(errors));
    return supergraphSdl;
  }

  get sdl(): string {
    return Generation.compose(this.orders, this.stock);
  }

  /** Lets `later` answer. */
  answerLater(): void {
    this.gate.resolve(this.name);
  }

  async stop(): Promise<void> {
    await this.orders.stop();
    await this.stock.stop();
  }
}
