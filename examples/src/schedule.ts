// One day of a schedule as a CSS grid, in the visitor's zone, without the empty hours before a night session.
import assert from "node:assert/strict";
import { graphql } from "./generated";
import type { ScheduleDaysQuery } from "./generated/graphql";
import { request } from "./request";

const ScheduleDays = graphql(`
  query ScheduleDays($slug: String!) {
    event(slug: $slug) {
      schedule {
        release
        days {
          date
          slots { uid startsAt endsAt room { id name } session { title kind } }
        }
      }
    }
  }
`);
type Day = NonNullable<NonNullable<ScheduleDaysQuery["event"]>["schedule"]>["days"][number];

// A `DateTime` is an instant. Show the weekday too: it can differ from the event's day.
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const clock = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit" });

// A `Date` is a calendar day. JavaScript parses it as midnight UTC, so format it in UTC.
const calendar = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", dateStyle: "full" });

function grid({ date, slots }: Day) {
  const spans = slots.map(({ startsAt, endsAt }) => ({ start: Date.parse(startsAt), end: Date.parse(endsAt) }));
  // One grid line wherever something starts or ends, and one row between each line and the next.
  const lines = [...new Set(spans.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const heights = lines.slice(1).map((end, index) => {
    const start = lines[index]!;
    const height = (end - start) / (15 * 60_000); // 1rem for a quarter of an hour
    const isEmpty = !spans.some((span) => span.start <= start && end <= span.end);
    return isEmpty ? Math.min(height, 2) : height;
  });
  // One column for each room in use. A slot may have no room.
  const rooms = new Map(slots.map(({ room }) => [room?.id, room?.name ?? "No room"]));
  const roomIds = [...rooms.keys()];
  return {
    heading: calendar.format(new Date(date)),
    gridTemplateRows: heights.map((height) => `${height}rem`).join(" "),
    columns: [...rooms.values()],
    cells: slots.map(({ uid, startsAt, room, session }, index) => ({
      key: uid, // the same in every release, unlike `id`
      text: `${clock.format(new Date(startsAt))} ${session.title}`,
      gridRow: `${lines.indexOf(spans[index]!.start) + 1} / ${lines.indexOf(spans[index]!.end) + 1}`,
      gridColumn: roomIds.indexOf(room?.id) + 1,
      isBackground: session.kind === "MICROCONFERENCE", // the block behind its sessions
    })),
  };
}

const { event } = await request(ScheduleDays, { slug: "lpc-2021" });
const monday = grid(event!.schedule!.days[0]!);
console.log(`${monday.heading}, times in ${timeZone}`);
for (const { text, gridRow, gridColumn } of monday.cells) console.log(`  ${text}: row ${gridRow}, column ${gridColumn}`);

assert.match(monday.heading, /20 September 2021/);
assert.equal(monday.columns.length, 4);
// Four and a half hours, the empty row, and a night session of an hour and a half.
const height = monday.gridTemplateRows.split(" ").reduce((sum, row) => sum + parseFloat(row), 0);
assert.equal(height, 4.5 * 4 + 2 + 1.5 * 4);
