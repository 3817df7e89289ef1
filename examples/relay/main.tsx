// Shows the component in a document, as a browser would, and clicks until the list is complete.
import assert from "node:assert/strict";
import { Window } from "happy-dom";
import { Suspense } from "react";
import { createRoot } from "react-dom/client";
import { RelayEnvironmentProvider } from "react-relay";
import { environment } from "./environment";
import { Program } from "./Program";

const window = new Window();
Object.assign(globalThis, { window, document: window.document });
const body = window.document.body;

createRoot(body as unknown as Element).render(
  <RelayEnvironmentProvider environment={environment}>
    <Suspense fallback="Loading…">
      <Program slug="lpc-2021" />
    </Suspense>
  </RelayEnvironmentProvider>,
);

const items = () => body.querySelectorAll("li").length;
for (const expected of [3, 6, 8]) {
  while (items() < expected) await new Promise((resolve) => setTimeout(resolve, 10));
  body.querySelector("button")?.click();
}
console.log(`${body.querySelector("h1")?.textContent}: ${items()} microconferences`);
assert.equal(items(), 8);
assert.equal(body.querySelector("button"), null);
process.exit();
