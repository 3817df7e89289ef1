// Persisted queries and ETag: the hash of a document in place of its text, and 304 in place of an unchanged response.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { url } from "./server";

const query = `query Titles { event(slug: "lpc-2021") { title microconferences { nodes { title } } } }`;
const sha256Hash = createHash("sha256").update(query).digest("hex");

async function get(parameters: Record<string, string>, headers: Record<string, string> = {}) {
  const address = new URL(url);
  address.search = new URLSearchParams({
    extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash } }),
    ...parameters,
  }).toString();
  return fetch(address, { headers: { Accept: "application/graphql-response+json", ...headers } });
}

// Send the hash alone. Only if the server does not know it, send the document too.
let response = await get({});
if ((await response.clone().json()).errors?.[0].extensions.code === "PERSISTED_QUERY_NOT_FOUND") {
  response = await get({ query });
}
const { data } = await response.json();
console.log(`${data.event.title}: ${data.event.microconferences.nodes.length} microconferences`);

// Revalidate with the tag. Browsers do this by themselves.
const etag = response.headers.get("ETag")!;
const again = await get({}, { "If-None-Match": etag });
console.log(`${again.status} ${again.statusText}`);

assert.equal(response.headers.get("Cache-Control"), "public, no-cache");
assert.equal(again.status, 304);
assert.equal(await again.text(), "");
