// Apollo Client: the first query, a cache that knows the schema, persisted queries, pages, interfaces and a dry run.
import assert from "node:assert/strict";
import { ApolloClient, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";
import { graphql } from "./generated";
import fragments from "./generated/possible-types";
import { token, url } from "./server";

async function sha256(document: string) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(document));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const client = new ApolloClient({
  link: new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(new HttpLink({ uri: url })),
  cache: new InMemoryCache({
    possibleTypes: fragments.possibleTypes,
    typePolicies: {
      // A list that is read in pages, one for each filter and order.
      Event: { fields: { microconferences: relayStylePagination(["filter", "orderBy"]) } },
      // An object without an ID. It is stored within its event.
      EventDates: { merge: true },
    },
  }),
});

const FirstQuery = graphql(`
  query ApolloFirstQuery($slug: String!) {
    event(slug: $slug) {
      id
      title
      dates { startsOn endsOn }
    }
  }
`);

const first = await client.query({ query: FirstQuery, variables: { slug: "lpc-2021" } });
console.log(first.data?.event?.title ?? "no such event");

// Pages. Select `edges`, not `nodes`: `relayStylePagination` merges only the edges.
const Microconferences = graphql(`
  query ApolloMicroconferences($slug: String!, $after: String) {
    event(slug: $slug) {
      id
      microconferences(first: 3, after: $after) {
        edges { node { id title } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

// `fetchMore` adds a page to the list in the cache. In a component it comes from `useQuery`.
const query = client.watchQuery({ query: Microconferences, variables: { slug: "lpc-2021" } });
let list = (await query.refetch()).data?.event?.microconferences;
while (list?.pageInfo.hasNextPage) {
  await query.fetchMore({ variables: { after: list.pageInfo.endCursor } });
  list = client.readQuery({ query: Microconferences, variables: { slug: "lpc-2021" } })?.event?.microconferences;
}
console.log(`${list?.edges.length} microconferences in the list`);

// `possibleTypes` lets the cache match a fragment on an interface. A union has no fields of its own: select the ID of
// its members by `... on Node`.
const Announcements = graphql(`
  query ApolloAnnouncements($slug: String!) {
    event(slug: $slug) {
      id
      announcements(first: 3) {
        edges {
          node {
            id
            title
            subjects { __typename ... on Node { id } ...ApolloCredits }
          }
        }
      }
    }
  }
  fragment ApolloCredits on Creditable {
    credits { id creditedAs role }
  }
`);
const announcements = await client.query({ query: Announcements, variables: { slug: "lpc-2021" } });

// A dry run returns the preview of a change. `no-cache` keeps it out of the cache.
const Rename = graphql(`
  mutation ApolloRename($input: UpdateEventInput!) {
    updateEvent(input: $input) {
      event { id title }
      errors { code message path }
    }
  }
`);
const event = first.data!.event!;
const preview = await client.mutate({
  mutation: Rename,
  variables: { input: { id: event.id, title: "Linux Plumbers Conference 2021 (online)" } },
  context: { headers: { authorization: `Bearer ${token}`, "Plenary-Dry-Run": "true" } },
  fetchPolicy: "no-cache",
});

assert.equal(event.title, "Linux Plumbers Conference 2021");
assert.equal(list?.edges.length, 8);
const subjects = announcements.data?.event?.announcements.edges.flatMap(({ node }) => node.subjects);
assert(subjects?.length && subjects.every((subject) => "credits" in subject));
assert.equal(preview.data?.updateEvent.event?.title, "Linux Plumbers Conference 2021 (online)");
const cached = client.readQuery({ query: FirstQuery, variables: { slug: "lpc-2021" } });
assert.equal(cached?.event?.title, "Linux Plumbers Conference 2021");
