// urql: the first query, a normalized cache that knows the schema, persisted queries by GET, and pages.
import assert from "node:assert/strict";
import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { persistedExchange } from "@urql/exchange-persisted";
import { graphql } from "./generated";
import schema from "./generated/schema.json";
import { token, url } from "./server";

const client = new Client({
  url,
  exchanges: [
    cacheExchange({
      schema,
      keys: { EventDates: () => null }, // an object without an ID
      resolvers: { Event: { microconferences: relayPagination() } },
    }),
    persistedExchange({ preferGetForPersistedQueries: true }),
    fetchExchange,
  ],
});

const FirstQuery = graphql(`
  query UrqlFirstQuery($slug: String!) {
    event(slug: $slug) {
      id
      title
      dates { startsOn endsOn }
    }
  }
`);

const { data, error } = await client.query(FirstQuery, { slug: "lpc-2021" });
if (error) throw error;
console.log(data?.event?.title ?? "no such event");

// Pages: `relayPagination` adds each one to the list in the cache.
const Microconferences = graphql(`
  query UrqlMicroconferences($slug: String!, $after: String) {
    event(slug: $slug) {
      id
      microconferences(first: 3, after: $after) {
        edges { node { id title } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);
let after: string | null | undefined;
let list;
do {
  const page = await client.query(Microconferences, { slug: "lpc-2021", after });
  if (page.error) throw page.error;
  list = page.data?.event?.microconferences;
  after = list?.pageInfo.hasNextPage ? list.pageInfo.endCursor : null;
} while (after);
console.log(`${list?.edges.length} microconferences in the list`);

// A dry run returns the preview of a change. Send it through a client without a cache.
const dryRun = new Client({
  url,
  exchanges: [fetchExchange],
  fetchOptions: { headers: { Authorization: `Bearer ${token}`, "Plenary-Dry-Run": "true" } },
});
const Rename = graphql(`
  mutation UrqlRename($input: UpdateEventInput!) {
    updateEvent(input: $input) {
      event { id title }
      errors { code message path }
    }
  }
`);
const preview = await dryRun.mutation(Rename, { input: { id: data!.event!.id, title: "Plumbers online" } });

assert.equal(list?.edges.length, 8);
assert.equal(preview.data?.updateEvent.event?.title, "Plumbers online");
const again = await client.query(FirstQuery, { slug: "lpc-2021" }, { requestPolicy: "cache-only" });
assert.equal(again.data?.event?.title, "Linux Plumbers Conference 2021");
