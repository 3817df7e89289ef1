"""Imports the sessions of a CSV file into an event: all of them or, where anything is wrong, none.

    TOKEN=eyJ… python import_sessions.py lpc-2021 sessions.csv --dry-run

The numbers in the file are kept as external IDs, so a second import updates what the first one created. A file has
at most 100 rows: that many external IDs can be looked up at once.
"""

import argparse
import csv
import os

import requests

URL = os.environ.get("ENDPOINT", "http://127.0.0.1:8080/graphql")
TOKEN = os.environ["TOKEN"]

LOOKUP = """
query Lookup($slug: String!, $system: String!, $numbers: [String!]!) {
  event(slug: $slug) { id }
  nodesByExternalId(type: SESSION, system: $system, values: $numbers) { id }
}
"""


def send(query, variables, dry_run=False):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    if dry_run:
        headers["Plenary-Dry-Run"] = "true"
    response = requests.post(URL, json={"query": query, "variables": variables}, headers=headers, timeout=30)
    answer = response.json()
    if "errors" in answer:  # the request as a whole was refused
        raise SystemExit("\n".join(error["message"] for error in answer["errors"]))
    return answer


def import_sessions(slug, rows, dry_run):
    system = f"{slug}-sheet"  # the values of a system are unique over all events
    numbers = [row["number"] for row in rows]
    found = send(LOOKUP, {"slug": slug, "system": system, "numbers": numbers})["data"]
    if not found["event"]:
        raise SystemExit(f"There is no event `{slug}`.")

    # One field and one variable for each row. All fields of an operation are one transaction.
    declarations, fields, variables = [], [], {}
    for row, session in zip(rows, found["nodesByExternalId"]):
        name = f"row{len(variables)}"
        values = {"slug": row["slug"], "kind": row["kind"], "title": row["title"], "abstract": row["abstract"] or None}
        if session:
            verb = "update"
            values["id"] = session["id"]
        else:
            verb = "create"
            values["eventId"] = found["event"]["id"]
            values["externalIds"] = [{"system": system, "value": row["number"]}]
        declarations.append(f"${name}: {verb.capitalize()}SessionInput!")
        fields.append(f"{name}: {verb}Session(input: ${name}) {{ errors {{ code message path }} }}")
        variables[name] = values
    document = f"mutation ImportSessions({', '.join(declarations)}) {{ {' '.join(fields)} }}"
    answer = send(document, variables, dry_run)

    mistakes = 0
    for row, payload in zip(rows, answer["data"].values()):
        for error in payload["errors"]:
            if error["code"] != "ROLLED_BACK":  # nothing is wrong with this row, but with another one
                print(f"session {row['number']}: {error['message']}")
                mistakes += 1
    return answer["extensions"]["transaction"]["outcome"], mistakes


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Imports the sessions of a CSV file into an event, all or none.")
    parser.add_argument("event", help="the slug of the event")
    parser.add_argument("file", type=argparse.FileType(encoding="utf-8"))
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
    arguments = parser.parse_args()
    rows = list(csv.DictReader(arguments.file))
    outcome, mistakes = import_sessions(arguments.event, rows, arguments.dry_run)
    print(f"{len(rows)} sessions: {outcome}")
    raise SystemExit(1 if mistakes else 0)
