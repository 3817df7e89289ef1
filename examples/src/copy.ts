// A copy of an event's sessions that stays current.
import assert from "node:assert/strict";
import { graphql } from "./generated";
import type { CopiedSessionFragment } from "./generated/graphql";
import { request, RequestError } from "./request";
import { token } from "./server";

const WhereToStart = graphql(`
  query WhereToStart {
    changeCursor
    event(slug: "lpc-2021") { id }
  }
`);
const SessionPage = graphql(`
  query SessionPage($event: ID!, $after: String) {
    sessions(first: 100, after: $after, filter: { eventId: $event }) {
      nodes { ...CopiedSession }
      pageInfo { hasNextPage endCursor }
    }
  }
  fragment CopiedSession on Session { __typename id slug title status }
`);
const Changes = graphql(`
  query Changes($event: ID!, $after: String!) {
    changes(after: $after, eventId: $event, types: [SESSION]) {
      nodes { action nodeId node { __typename ...CopiedSession } }
      cursor
      isCaughtUp
    }
  }
`);

let copy = new Map<string, CopiedSessionFragment>();
let cursor = "";
let event = "";

/** Reads everything. The cursor comes first, so that no change in between is missed. */
async function start() {
  const where = await request(WhereToStart, {});
  [cursor, event] = [where.changeCursor, where.event!.id];
  copy = new Map();
  let after: string | null | undefined;
  do {
    const { sessions } = await request(SessionPage, { event, after });
    for (const session of sessions.nodes) copy.set(session.id, session);
    after = sessions.pageInfo.hasNextPage ? sessions.pageInfo.endCursor : null;
  } while (after);
}

/** Applies the changes since then. Call it every few seconds. */
async function follow() {
  try {
    for (let isCaughtUp = false; !isCaughtUp; ) {
      const { changes } = await request(Changes, { event, after: cursor });
      for (const { action, nodeId, node } of changes.nodes) {
        if (action !== "DELETED" && node?.__typename === "Session") copy.set(nodeId, node);
        else copy.delete(nodeId);
      }
      ({ cursor, isCaughtUp } = changes); // an empty page is not always the last one
    }
  } catch (error) {
    if (error instanceof RequestError && error.code === "CURSOR_EXPIRED") return start();
    throw error;
  }
}

await start();
console.log(`${copy.size} sessions`);

// An organizer changes one of them, and then changes it back.
const Rename = graphql(`
  mutation RenameSession($id: ID!, $title: String!) {
    updateSession(input: { id: $id, title: $title }) { errors { message } }
  }
`);
const session = [...copy.values()].find(({ slug }) => slug === "core-scheduling")!;
for (const title of ["Core scheduling, one year on", "Core scheduling"]) {
  await request(Rename, { id: session.id, title }, { Authorization: `Bearer ${token}` });
  await follow();
  console.log(copy.get(session.id)?.title);
  assert.equal(copy.get(session.id)?.title, title);
}

const followed = copy;
await start();
assert.deepEqual(followed, copy); // the copy equals a fresh read
