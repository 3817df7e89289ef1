// The first query, with nothing but fetch.
import assert from "node:assert/strict";
import { url } from "./server";

const query = `
  query FirstQuery($slug: String!) {
    event(slug: $slug) { title dates { startsOn endsOn } }
  }
`;

const response = await fetch(url, {
  method: "POST",
  headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json" },
  body: JSON.stringify({ query, variables: { slug: "lpc-2021" } }),
});
const { data, errors } = await response.json();
if (errors) throw new Error(errors[0].message);
console.log(data.event?.title ?? "no such event");

assert.equal(data.event.title, "Linux Plumbers Conference 2021");
