"""The first query, from Python."""

import os

import requests

URL = os.environ.get("ENDPOINT", "http://127.0.0.1:8080/graphql")

QUERY = """
query FirstQuery($slug: String!) {
  event(slug: $slug) { title dates { startsOn endsOn } }
}
"""

response = requests.post(URL, json={"query": QUERY, "variables": {"slug": "lpc-2021"}}, timeout=30)
answer = response.json()
if "errors" in answer:
    raise SystemExit(answer["errors"][0]["message"])
event = answer["data"]["event"]
print(event["title"] if event else "no such event")

assert event["title"] == "Linux Plumbers Conference 2021"
