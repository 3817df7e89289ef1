#!/bin/sh
# Runs every example against a server with the demo program, and stops at the first one that fails.
#
#     plenary serve --demo
#     TOKEN=eyJ… sh examples/run.sh
#
# TOKEN is the organizer's token that the server prints. ENDPOINT is the server's address, by default http://127.0.0.1:8080/graphql.
# Requires Node.js 20 or newer, and Python 3.9 or newer with venv.
set -eu
cd "$(dirname "$0")"
: "${TOKEN:?set it to the organizer's token that \`plenary serve --demo\` prints}"

example() {
  echo
  echo "== $*"
  "$@"
}

[ -d node_modules ] || npm ci
[ -d .venv ] || python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check --requirement python/requirements.txt

example .venv/bin/python check_guide.py
example npm run --silent generate
example npm run --silent check
for name in fetch apollo urql pages caching errors schedule copy; do
  example npx tsx "src/$name.ts"
done
example npm run --silent relay

example .venv/bin/python python/first_query.py
import="example .venv/bin/python python/import_sessions.py lpc-2021"
$import python/sessions.csv --dry-run
$import python/sessions.csv
$import python/sessions.csv
if $import python/mistakes.csv; then
  echo "mistakes.csv was imported" >&2
  exit 1
fi
example npx tsx src/drafts.ts

echo
echo "All examples ran."
