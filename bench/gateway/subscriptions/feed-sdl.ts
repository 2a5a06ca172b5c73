export const feedSdl = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
    @link(url: "https://specs.test-planning.dev/delivery/v1.0", import: ["@resumable"])
    @composeDirective(name: "@resumable")
  directive @resumable(cursor: String!, argument: String!, identity: [String!]) on FIELD_DEFINITION
  scalar Cursor
  type Query { head: Int! }
  type Subscription { added(group: String!, after: Cursor): Entry @resumable(cursor: "cursor", argument: "after") }
  type Entry { number: Int! text: String! cursor: Cursor! }
`;
