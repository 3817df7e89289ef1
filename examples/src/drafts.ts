// A page for editors: drafts, and what the viewer may do.
import assert from "node:assert/strict";
import { graphql } from "./generated";
import { request } from "./request";
import { token } from "./server";

const EditorPage = graphql(`
  query EditorPage($slug: String!) {
    viewer { subject }
    event(slug: $slug) {
      viewerCan
      draftSchedule { id }
      public: sessions { totalCount }
      all: sessions(first: 100, filter: { statuses: [DRAFT, ACCEPTED, CONFIRMED, CANCELLED, WITHDRAWN] }) {
        totalCount
        nodes { id title status }
      }
    }
  }
`);

const { viewer, event } = await request(EditorPage, { slug: "lpc-2021" }, { Authorization: `Bearer ${token}` });
const drafts = event!.all.nodes.filter(({ status }) => status === "DRAFT");
console.log(`${viewer?.subject} sees ${event!.public.totalCount} sessions, and ${drafts.length} drafts if asked for`);

// Null has two meanings, and `viewerCan` tells them apart.
const draftSchedule = event!.draftSchedule
  ? "there is a draft"
  : event!.viewerCan.includes("READ_DRAFTS")
    ? "there is no draft yet"
    : "you may not read drafts";
console.log(draftSchedule);

assert(event!.all.totalCount >= event!.public.totalCount);
assert.notEqual(draftSchedule, "you may not read drafts");
const visitor = await request(EditorPage, { slug: "lpc-2021" });
assert.deepEqual(visitor.event!.viewerCan, []);
assert.equal(visitor.event!.draftSchedule, null);
assert.equal(visitor.event!.all.totalCount, visitor.event!.public.totalCount);
