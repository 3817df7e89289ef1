import { Environment, Network, RecordSource, Store, type FetchFunction } from "relay-runtime";

const url = process.env.ENDPOINT ?? "http://127.0.0.1:8080/graphql";

const fetchQuery: FetchFunction = async ({ text: query }, variables) => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json" },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
};

export const environment = new Environment({
  network: Network.create(fetchQuery),
  store: new Store(new RecordSource()),
});
