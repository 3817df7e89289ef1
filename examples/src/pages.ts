// A list to its end, page by page.
import assert from "node:assert/strict";
import { graphql } from "./generated";
import { request } from "./request";

const TopicPage = graphql(`
  query TopicPage($after: String) {
    topics(first: 10, after: $after) {
      nodes { id title }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

async function* allTopics() {
  let after: string | null | undefined;
  do {
    const { topics } = await request(TopicPage, { after });
    yield* topics.nodes;
    after = topics.pageInfo.hasNextPage ? topics.pageInfo.endCursor : null;
  } while (after);
}

const ids = new Set<string>();
for await (const topic of allTopics()) ids.add(topic.id);
console.log(`${ids.size} topics`);

const Count = graphql(`query TopicCount { topics(first: 0) { totalCount } }`);
assert.equal(ids.size, (await request(Count, {})).topics.totalCount);
