/** The server that the examples talk to. */
export const url = process.env.ENDPOINT ?? "http://127.0.0.1:8080/graphql";

/** An organizer's token. `plenary serve --demo` prints one. Never ship such a token to a browser. */
export const token = process.env.TOKEN ?? "";
