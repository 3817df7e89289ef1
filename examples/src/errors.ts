// What each kind of error looks like to a program.
import assert from "node:assert/strict";
import { graphql } from "./generated";
import { request, RequestError } from "./request";
import { url } from "./server";

/** Awaits a request that must fail. */
async function failure(attempt: Promise<unknown>): Promise<RequestError> {
  const error = await attempt.then(() => undefined, (reason: unknown) => reason);
  assert(error instanceof RequestError, `${error}`);
  return error;
}

// A missing or hidden node is null. That is not an error.
const Lookup = graphql(`
  query Lookup($id: ID!) {
    event(slug: "lpc-2021") { title }
    node(id: $id) { id }
  }
`);
const missing = await request(Lookup, { id: "topic_01h455vb4pex5vsknk084sn02q" });
assert.equal(missing.node, null);

// An invalid value: the field is null, its error has a path, and the other fields have their data.
const partial = await failure(request(Lookup, { id: "lpc-2021" }));
console.log(partial.code, partial.errors[0]?.path, partial.message);
assert.equal(partial.code, "BAD_USER_INPUT");
assert.deepEqual(partial.errors[0]?.path, ["node"]);
assert.deepEqual(partial.data, { event: { title: "Linux Plumbers Conference 2021" }, node: null });

// Too large: nothing ran, and the message says what would fit.
const TooMuch = graphql(`
  query TooMuch {
    events(first: 100) { nodes { sessions(first: 100) { nodes { topics { sessions(first: 100) { nodes { id } } } } } } }
  }
`);
const refused = await failure(request(TooMuch, {}));
console.log(refused.code, refused.message);
assert.equal(refused.code, "LIMIT_EXCEEDED");

// The headers of each response say how many points are left.
const response = await fetch(`${url}?query={__typename}`);
console.log(response.headers.get("RateLimit-Policy"), response.headers.get("RateLimit"));
assert.match(response.headers.get("RateLimit") ?? "", /^"points";r=\d+;t=\d+$/);
