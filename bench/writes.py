#!/usr/bin/env python3
"""Measures whether the cost of a mutation depends on the size of the event: see "Writes" in docs/PERFORMANCE.md.

    cargo build --release -p plenary-api
    python3 bench/writes.py --program target/release/plenary --sizes 10,100,1000

It makes an event of each size in a database of its own, all through mutations but for the slots, and tries each mutation
in it, as a dry run, so that nothing changes. It prints a table for each database.
"""

import argparse
import http.client
import json
import os
import re
import sqlite3
import subprocess
import tempfile
import time
import uuid

SECRET = "for measuring only, for measuring only, for measuring only"
AT_ONCE = 10
RUNS = 5


class Server:
    """A server with its own database, and a client."""

    def __init__(self, program, database, folder):
        self.environment = os.environ | {
            "PLENARY_DATABASE_URL": database,
            "PLENARY_LISTEN": "127.0.0.1:0",
            "PLENARY_JWT_SECRET": SECRET,
            "PLENARY_RATE_LIMIT": "0",
            "PLENARY_DEADLINE": "300",
            "PLENARY_LOG": "warn,plenary::cli::serve=error",
        }
        self.program, self.folder = program, folder
        token = self.run("token", "--subject", "root", "--grant", "admin", "--ttl", "8h")
        self.token = token.strip().split()[-1]
        self.child = subprocess.Popen(
            [*program, "serve"], cwd=folder, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        for line in self.child.stdout:
            if found := re.search(r"http://([\d.]+):(\d+)", line):
                self.client = http.client.HTTPConnection(found[1], int(found[2]), timeout=600)
                break

    def run(self, *arguments):
        return subprocess.run(
            [*self.program, *arguments], cwd=self.folder, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def stop(self):
        self.child.kill()
        self.child.wait()

    def send(self, fields, dry_run=False):
        """Sends an operation of (mutation, selection, input). Returns its data, seconds and statements."""
        types = [name[0].upper() + name[1:] + "Input" for name, _, _ in fields]
        variables = " ".join(f"$i{place}: {of}!" for place, of in enumerate(types))
        body = " ".join(
            f"f{place}: {name}(input: $i{place}) {{ {selection} errors {{ code message path }} }}"
            for place, (name, selection, _) in enumerate(fields)
        )
        request = {
            "query": f"mutation({variables}) {{ {body} }}",
            "variables": {f"i{place}": value for place, (_, _, value) in enumerate(fields)},
            "extensions": {"dryRun": dry_run},
        }
        text = json.dumps(request)
        start = time.perf_counter()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.client.request("POST", "/graphql", text, headers)
        reply = self.client.getresponse()
        answer = json.loads(reply.read())
        took = time.perf_counter() - start
        data = answer.get("data")
        if not data or any(data[field]["errors"] for field in data):
            raise SystemExit(f"{fields[0][0]} is refused: {json.dumps(answer)[:2000]}")
        statements = re.search(r'desc="(\d+)', reply.getheader("server-timing", ""))
        return data, took, int(statements[1]) if statements else 0

    def make(self, name, of, inputs):
        """Creates many nodes at once, and returns their IDs."""
        ids = []
        for first in range(0, len(inputs), 50):
            some = [(name, f"it: {of} {{ id }}", value) for value in inputs[first : first + 50]]
            data, _, _ = self.send(some)
            ids += [data[f"f{place}"]["it"]["id"] for place in range(len(some))]
        return ids


class Event:
    """An event with this many nodes of each type."""

    def __init__(self, server, size):
        make = server.make
        self.size, count = size, range(size)
        self.series = make("createSeries", "series", [
            {"slug": f"series-{n}", "name": f"Series {n}", "timeZone": "UTC"} for n in range(AT_ONCE + 1)])
        self.venue = make("createVenue", "venue", [
            {"slug": f"venue-{n}", "name": f"Venue {n}", "kind": "PHYSICAL"} for n in range(AT_ONCE + 1)])
        events = [{"slug": f"event-{n}", "title": f"Event {n}", "timeZone": "UTC", "startsOn": "2027-06-01",
                   "endsOn": "2027-06-02", "dateStatus": "TENTATIVE", "seriesId": self.series[0]} for n in range(AT_ONCE + 1)]
        events[0]["venues"] = [{"venueId": self.venue[0], "role": "MAIN"}]
        self.event, *self.others = make("createEvent", "event", events)
        make("changeEventStatus", "event", [{"id": id, "status": "PLANNED"} for id in [self.event, *self.others]])
        self.room = make("createRoom", "room", [
            {"venueId": self.venue[0], "slug": f"room-{n}", "name": f"Room {n}"} for n in range(min(size, 499))])
        self.mc = make("createMicroconference", "microconference", [
            {"eventId": self.event, "slug": f"mc-{n}", "title": f"Microconference {n}"} for n in range(max(size // 10, 1))])
        # The last few are proposals.
        for id in self.mc[: len(self.mc) // 2]:
            make("reviewMicroconference", "microconference", [{"id": id, "status": "ACCEPTED"}])
        within = lambda n: self.mc[n // 10 % len(self.mc)]
        self.topic = make("createTopic", "topic", [
            {"microconferenceId": within(n), "title": f"Topic {n}"} for n in count])
        self.accomplishment = make("createAccomplishment", "accomplishment", [
            {"microconferenceId": within(n), "summary": f"Done {n}"} for n in count])
        self.session = make("createSession", "session", [
            {"eventId": self.event, "microconferenceId": within(n) if n % 2 else None, "slug": f"session-{n}",
             "title": f"Session {n}", "topicIds": [self.topic[n]]} for n in count])
        self.accepted = self.session[AT_ONCE * 10 : -AT_ONCE] if size > AT_ONCE * 10 else []
        if self.accepted:
            make("changeSessionStatus", "session", [{"id": id, "status": "ACCEPTED"} for id in self.accepted])
        self.person = make("createPerson", "person", [{"slug": f"person-{n}", "name": f"Person {n}"} for n in count])
        subjects = [self.session[n] for n in count] + [self.topic[n] for n in count]
        self.credit = make("addCredit", "credit", [
            {"subjectId": subject, "personId": self.person[n % size], "role": "SPEAKER"}
            for n, subject in enumerate(subjects)])
        self.reference = make("addReference", "reference", [
            {"subjectId": id, "kind": "ARTICLE", "title": "Slides"} for id in self.session])
        self.chat = make("createChatLink", "chatLink", [
            {"subjectId": id, "provider": "MATRIX", "address": "#a:example.org"} for id in self.session])
        self.video = make("createVideoLink", "videoLink", [
            {"subjectId": id, "provider": "JITSI", "url": "https://meet.example.org/a"} for id in self.session])
        self.announcement = make("createAnnouncement", "announcement", [
            {"eventId": self.event, "slug": f"post-{n}", "title": f"Post {n}", "subjectIds": [self.session[n]]}
            for n in count])
        self.published = self.announcement[size // 2 :]
        make("publishAnnouncement", "announcement", [{"id": id} for id in self.published])
        self.told = make("recordEventChange", "change", [
            {"eventId": self.event, "kind": "SERVICES", "afterText": f"Chat {n}"} for n in count])
        self.grant = make("grantRole", "grant", [
            {"subject": f"subject-{n}", "role": "LEAD", "on": {"microconferenceId": within(n)}} for n in count])

    def mutations(self):
        """The mutations: the name, and the inputs of its fields. The sessions before `accepted` are drafts."""
        few = range(AT_ONCE)
        each = lambda ids, **value: [{"id": id} | value for id in ids[:AT_ONCE]]
        fresh = lambda what: f"{what}-{uuid.uuid4()}"
        mc, session, topic = self.mc[0], self.session, self.topic
        proposed = self.mc[-1]
        yield "createSession", [{"eventId": self.event, "microconferenceId": mc, "slug": fresh("s"), "title": "S"} for _ in few]
        yield "updateSession", each(session, title="Named")
        yield "updateSession, into another microconference", each(session, microconferenceId=proposed)
        yield "changeSessionStatus", each(session, status="ACCEPTED")
        yield "deleteSession", each(session[10:] if self.size > 10 else session, cascade=True)
        start = {"instant": "2027-01-01T10:00:00Z"}
        yield "placeSession", [{"sessionId": id, "start": start, "durationMinutes": 30} for id in session[:AT_ONCE]]
        yield "shiftSlots, all", [{"eventId": self.event, "from": "2027-01-01T00:00:00Z", "minutes": 5}]
        yield "publishSchedule", [{"eventId": self.event}]
        yield "publishSchedule, one session", [{"eventId": self.event, "sessionIds": [session[0]]}]
        yield "createMicroconference", [{"eventId": self.event, "slug": fresh("m"), "title": "M"} for _ in few]
        yield "updateMicroconference", [{"id": mc, "title": f"Named {n}"} for n in few]
        yield "reviewMicroconference", [{"id": proposed, "status": "ACCEPTED"}, {"id": proposed, "status": "WITHDRAWN"}]
        if len(self.mc) > 1:
            yield "moveMicroconference", [{"id": proposed, "to": {"before": self.mc[-2]}}]
            yield "moveMicroconference, from the last place to the first", [{"id": proposed, "to": {"before": mc}}]
        yield "deleteMicroconference", [{"id": proposed, "cascade": True}]
        yield "createTopic", [{"microconferenceId": mc, "title": "T"} for _ in few]
        yield "updateTopic", each(topic, title="Named")
        yield "updateTopic, to a proposal", each(topic, status="PROPOSED")
        yield "moveTopic", [{"id": topic[n], "to": {"lastIn": proposed}} for n in few] if len(self.mc) > 1 else [
            {"id": topic[0], "to": {"after": topic[1]}}]
        yield "deleteTopic", each(topic, cascade=True)
        yield "createAccomplishment", [{"microconferenceId": mc, "summary": "A"} for _ in few]
        yield "updateAccomplishment", each(self.accomplishment, summary="Said")
        yield "moveAccomplishment", [{"id": self.accomplishment[0], "to": {"after": self.accomplishment[1]}}]
        yield "deleteAccomplishment", each(self.accomplishment)
        yield "createPerson", [{"slug": fresh("p"), "name": "P"} for _ in few]
        yield "updatePerson", each(self.person, affiliation="Works")
        yield "linkPerson", [{"personId": self.person[n], "subject": f"somebody-{n}"} for n in few]
        yield "mergePeople", [{"keepId": self.person[n], "mergeId": self.person[n + 1]} for n in range(0, AT_ONCE, 2)]
        yield "deletePerson", each(self.person, cascade=True)
        yield "addCredit", [{"subjectId": session[n], "personId": self.person[n - 1], "role": "AUTHOR"} for n in few]
        yield "updateCredit", each(self.credit, role="AUTHOR")
        yield "removeCredit", each(self.credit)
        yield "addReference", [{"subjectId": session[n], "kind": "ARTICLE", "title": "R"} for n in few]
        yield "updateReference", each(self.reference, title="Named")
        yield "removeReference", each(self.reference)
        yield "createChatLink", [{"subjectId": session[n], "provider": "MATRIX", "address": "#b:example.org"} for n in few]
        yield "updateChatLink", each(self.chat, label="Named")
        yield "deleteChatLink", each(self.chat)
        yield "createVideoLink", [{"subjectId": session[n], "provider": "JITSI", "url": "https://meet.example.org/b"} for n in few]
        yield "updateVideoLink", each(self.video, label="Named")
        yield "deleteVideoLink", each(self.video)
        yield "createAnnouncement", [{"eventId": self.event, "slug": fresh("a"), "title": "A"} for _ in few]
        yield "updateAnnouncement", each(self.announcement[:5], title="Named")
        yield "publishAnnouncement", each(self.announcement[:5])
        yield "retractAnnouncement", each(self.published[:5])
        yield "deleteAnnouncement", each(self.announcement[:5], cascade=True)
        yield "recordEventChange", [{"eventId": self.event, "kind": "SERVICES", "afterText": "C"} for _ in few]
        yield "updateEventChange", each(self.told, afterText="Said")
        yield "deleteEventChange", each(self.told)
        yield "grantRole", [{"subject": fresh("g"), "role": "EDITOR", "on": {"eventId": self.event}} for _ in few]
        yield "revokeRole", each(self.grant)
        yield "createEvent", [{"slug": fresh("e"), "title": "E", "timeZone": "UTC", "seriesId": self.series[0]} for _ in few]
        yield "updateEvent", [{"id": self.event, "title": f"Named {n}"} for n in few]
        yield "changeEventStatus", [{"id": self.event, "status": status} for status in ("CONFIRMED", "CANCELLED")]
        yield "rescheduleEvent", [{"id": self.event, "startsOn": "2027-06-01", "endsOn": f"2027-06-{n + 10}",
                                   "dateStatus": "TENTATIVE"} for n in few]
        yield "relocateEvent", [{"id": self.event, "venues": [{"venueId": self.venue[n], "role": "MAIN"}]} for n in (1, 2)]
        yield "coLocateEvents", [{"eventId": self.event, "otherEventId": other, "status": "AGREED"} for other in self.others]
        yield "deleteEvent", each(self.others, cascade=True)
        yield "createVenue", [{"slug": fresh("v"), "name": "V", "kind": "PHYSICAL"} for _ in few]
        yield "updateVenue", [{"id": self.venue[0], "name": f"Named {n}"} for n in few]
        yield "deleteVenue", each(self.venue[1:])
        yield "createRoom", [{"venueId": self.venue[1], "slug": fresh("r"), "name": "R"} for _ in few]
        yield "createRoom, in the venue of all rooms", [{"venueId": self.venue[0], "slug": fresh("r"), "name": "R"}]
        yield "updateRoom", each(self.room, name="Named")
        yield "moveRoom", [{"id": self.room[0], "to": {"after": self.room[1]}}]
        yield "moveRoom, from the first place to the last", [{"id": self.room[0], "to": {"after": self.room[-1]}}]
        yield "deleteRoom", each(self.room[-1:])
        yield "deleteRoom, the first", each(self.room[:1])
        yield "createSeries", [{"slug": fresh("y"), "name": "Y", "timeZone": "UTC"} for _ in few]
        yield "updateSeries", [{"id": self.series[0], "name": f"Named {n}"} for n in few]
        yield "deleteSeries", each(self.series[1:])


def slots(database, size):
    """Puts all sessions into a draft schedule, and the accepted ones into a release."""
    is_sqlite = database.startswith("sqlite:")
    new, now = ("randomblob(16)", "'2027-01-01T00:00:00+00:00'") if is_sqlite else ("gen_random_uuid()", "'2027-01-01T00:00:00Z'")
    of_event = "(SELECT id FROM event WHERE slug = 'event-0')"
    script = ""
    for release, published, which in (("NULL", "NULL", "TRUE"), ("1", now, "status = 'ACCEPTED'")):
        script += f"""
            INSERT INTO schedule (id, event_id, release, published_at, created_at, version)
                SELECT {new}, id, {release}, {published}, {now}, 1 FROM event WHERE slug = 'event-0';
            INSERT INTO slot (id, event_id, schedule_id, session_id, uid, starts_at, ends_at, created_at, version)
                SELECT {new}, event_id, (SELECT id FROM schedule WHERE event_id = {of_event}
                    AND (release IS NULL) = ({release} IS NULL)), id, slug, {now}, '2027-01-02T00:00:00+00:00', {now}, 1
                FROM session WHERE event_id = {of_event} AND {which};"""
    if is_sqlite:
        connection = sqlite3.connect(database.removeprefix("sqlite:"), timeout=30)
        connection.executescript(script)
        connection.close()
    else:
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", database], input=script, text=True, check=True)
        subprocess.run(["psql", "-q", database], input="VACUUM ANALYZE;", text=True, check=True)


def fastest(server, fields):
    runs = [server.send(fields, dry_run=True) for _ in range(RUNS)]
    return min(took for _, took, _ in runs), runs[-1][2]


def measure(program, sizes, database_of, folder, only):
    """The milliseconds and statements of each mutation per field, by name and size."""
    took = {}
    for size in sizes:
        database = database_of(size)
        server = Server(program, database, folder)
        try:
            start = time.perf_counter()
            event = Event(server, size)
            slots(database, size)
            print(f"# {size}: made in {time.perf_counter() - start:.0f} s", flush=True)
            for name, inputs in event.mutations():
                if inputs and (not only or only in name):
                    fields = [(name.split(",")[0], "", value) for value in inputs]
                    seconds, statements = fastest(server, fields)
                    took.setdefault(name, {})[size] = (seconds * 1000 / len(fields), statements / len(fields))
            drafts = event.session[: min(100, size)]
            if not only or only in "changeSessionStatus":
                fields = [("changeSessionStatus", "", {"id": id, "status": "ACCEPTED"}) for id in drafts]
                seconds, statements = fastest(server, fields)
                print(f"# {size}: {len(fields)} changeSessionStatus in one operation: {seconds:.3f} s, {statements} statements")
        finally:
            server.stop()
    return took


def table(name, sizes, took):
    print(f"\n### {name}\n")
    print("| mutation | " + " | ".join(f"{size}: ms" for size in sizes) + " | ratio | " +
          " | ".join(f"{size}: SQL" for size in sizes) + " |")
    print("|---|" + "--:|" * (2 * len(sizes) + 1))
    for mutation, by_size in took.items():
        of = lambda size, place: f"{by_size[size][place]:.2f}" if size in by_size else ""
        found = [size for size in sizes if size in by_size]
        ratio = by_size[found[-1]][0] / by_size[found[0]][0]
        print(f"| `{mutation.split(',')[0]}`{mutation[len(mutation.split(',')[0]):]} | " + " | ".join(of(size, 0) for size in sizes) +
              f" | {ratio:.1f} | " + " | ".join(of(size, 1) for size in sizes) + " |")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", default="target/release/plenary", help="the program, with its first arguments")
    options.add_argument("--sizes", default="10,100,1000")
    options.add_argument("--databases", default="sqlite,postgres")
    options.add_argument("--only", help="the mutations that have this in their name")
    given = options.parse_args()
    path, *first = given.program.split()
    program = [os.path.abspath(path), *first]
    sizes = [int(size) for size in given.sizes.split(",")]
    postgres = os.environ.get("PLENARY_TEST_POSTGRES_URL")
    with tempfile.TemporaryDirectory() as folder:
        if "sqlite" in given.databases:
            took = measure(program, sizes, lambda size: f"sqlite:{folder}/{size}.db", folder, given.only)
            table("SQLite", sizes, took)
        if "postgres" in given.databases and postgres:
            def database_of(size):
                name = f"plenary_writes_{size}"
                script = f"DROP DATABASE IF EXISTS {name} WITH (FORCE);\nCREATE DATABASE {name};\n"
                subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", postgres], input=script, text=True, check=True)
                return postgres.rsplit("/", 1)[0] + "/" + name
            took = measure(program, sizes, database_of, folder, given.only)
            table("PostgreSQL", sizes, took)


if __name__ == "__main__":
    main()
