// The microconferences of an event, three more at each click.
import { graphql, useLazyLoadQuery, usePaginationFragment } from "react-relay";
import type { ProgramQuery } from "./__generated__/ProgramQuery.graphql";
import type { Program_event$key } from "./__generated__/Program_event.graphql";

export function Program({ slug }: { slug: string }) {
  const { event } = useLazyLoadQuery<ProgramQuery>(
    graphql`
      query ProgramQuery($slug: String!) {
        event(slug: $slug) {
          title
          ...Program_event
        }
      }
    `,
    { slug },
  );
  if (!event) return <p>There is no such event.</p>;
  return (
    <>
      <h1>{event.title}</h1>
      <Microconferences event={event} />
    </>
  );
}

function Microconferences({ event }: { event: Program_event$key }) {
  const { data, loadNext, hasNext } = usePaginationFragment(
    graphql`
      fragment Program_event on Event
      @refetchable(queryName: "ProgramPaginationQuery")
      @argumentDefinitions(first: { type: "Int", defaultValue: 3 }, after: { type: "String" }) {
        microconferences(first: $first, after: $after) @connection(key: "Program_microconferences") {
          edges { node { id title } }
        }
      }
    `,
    event,
  );
  return (
    <>
      <ul>{data.microconferences.edges.map(({ node }) => <li key={node.id}>{node.title}</li>)}</ul>
      {hasNext && <button onClick={() => loadNext(3)}>More</button>}
    </>
  );
}
