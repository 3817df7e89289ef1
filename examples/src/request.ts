// A typed client on top of fetch, which the other examples use. It throws errors, and retries where that helps.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print, type GraphQLFormattedError } from "graphql";
import { url } from "./server";

export class RequestError extends Error {
  constructor(
    readonly errors: GraphQLFormattedError[],
    /** Partial data, if any. */
    readonly data?: unknown,
  ) {
    super(errors.map(({ message }) => message).join("\n"));
  }

  /** Match on this and not on the message, which may change. */
  get code() {
    return this.errors[0]?.extensions?.code;
  }
}

export async function request<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  headers: Record<string, string> = {},
): Promise<Data> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json", ...headers },
      body: JSON.stringify({ query: print(document), variables }),
    });
    if ([429, 503].includes(response.status) && attempt < 4) {
      const seconds = Number(response.headers.get("Retry-After") ?? attempt);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      continue;
    }
    if (!response.headers.get("Content-Type")?.includes("json")) {
      throw new Error(`${response.status} ${response.statusText}`); // from a proxy, not from Plenary
    }
    const { data, errors } = await response.json();
    if (errors) throw new RequestError(errors, data);
    return data;
  }
}
