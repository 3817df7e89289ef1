//! Civil time: what the clocks on the wall say, in any zone of the IANA database.

use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

/// A calendar date as ISO 8601 has it, in one way alone: `2021-09-20`, of the years 0000 to 9999.
#[must_use]
pub fn date(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    // The parser takes signs, blanks and single digits too.
    (date.format("%Y-%m-%d").to_string() == text && text.len() == 10).then_some(date)
}

/// An instant as RFC 3339 has it, to the microsecond, which both databases can hold; of the years 0000 to 9999
/// in UTC, beyond which there is no way to write it. A leap second, which only one of the databases can hold, is taken
/// for the second after it.
#[must_use]
pub fn rfc3339(text: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::from_timestamp_micros(DateTime::parse_from_rfc3339(text).ok()?.timestamp_micros())?;
    (0..=9999).contains(&instant.year()).then_some(instant)
}

/// The zone with a name. What is stored was checked; a name that the zone data has lost since reads as UTC.
#[must_use]
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// What the clocks of a zone say at an instant.
#[must_use]
pub fn local(instant: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    let offset = zone.offset_from_utc_datetime(&instant.naive_utc()).fix();
    instant.naive_utc().checked_add_offset(offset).unwrap_or_else(|| instant.naive_utc())
}

/// The one instant at which the clocks of a zone say `local`: the earlier one where they say it twice, and
/// none where a clock change skips it.
#[must_use]
pub fn instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => Some(time.to_utc()),
        LocalResult::None => None,
    }
}

/// How the days of an event are counted: in its zone, each from a time of day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: Tz,
    day_starts_at: NaiveTime,
}

impl Calendar {
    /// The calendar of an event with this zone, whose day starts at `HH:MM`.
    #[must_use]
    pub fn new(zone_name: &str, day_starts_at: &str) -> Self {
        Self {
            zone: zone(zone_name),
            day_starts_at: NaiveTime::parse_from_str(day_starts_at, "%H:%M").unwrap_or(NaiveTime::MIN),
        }
    }

    /// The first instant of a day. Where a clock change skips it, the first one after the change; where a zone
    /// skipped the whole day, that is the first instant of the next day too.
    #[must_use]
    pub fn start_of(&self, day: NaiveDate) -> DateTime<Utc> {
        let wanted = day.and_time(self.day_starts_at);
        if let Some(instant) = instant(wanted, self.zone) {
            return instant;
        }
        // The longest gap that any zone has had is a day. Its end is the first instant whose local time is not
        // before the wanted one, found by halving.
        let (mut before, mut after) = (wanted.and_utc() - TimeDelta::days(3), wanted.and_utc() + TimeDelta::days(3));
        while after - before > TimeDelta::seconds(1) {
            let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
            if local(middle, self.zone) < wanted { before = middle } else { after = middle }
        }
        after
    }

    /// The instants of a day: from the first, to the first of the next day, which is no longer of it.
    #[must_use]
    pub fn span_of(&self, day: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
        let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
        (self.start_of(day), self.start_of(next))
    }

    /// The day that an instant belongs to.
    #[must_use]
    pub fn day_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        let since_start = self.day_starts_at.signed_duration_since(NaiveTime::MIN);
        let civil = local(instant, self.zone).checked_sub_signed(since_start).unwrap_or(instant.naive_utc()).date();
        let following = civil.checked_add_days(Days::new(1)).unwrap_or(civil);
        if self.start_of(following) <= instant { following } else { civil }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn what_runs_after_midnight_belongs_to_the_evening_before() {
        let halifax = Calendar::new("America/Halifax", "04:00");
        assert_eq!(halifax.day_of(at("2021-09-21T04:00:00Z")), day("2021-09-20"));
        assert_eq!(halifax.day_of(at("2021-09-21T07:00:00Z")), day("2021-09-21"));
        assert_eq!(halifax.span_of(day("2021-09-20")), (at("2021-09-20T07:00:00Z"), at("2021-09-21T07:00:00Z")));
    }

    #[test]
    fn days_are_as_long_as_clock_changes_make_them() {
        let hours = |zone: &str, date: &str| {
            let (start, end) = Calendar::new(zone, "00:00").span_of(day(date));
            (end - start).num_minutes()
        };
        assert_eq!(hours("Europe/Berlin", "2021-03-28"), 23 * 60);
        assert_eq!(hours("Europe/Berlin", "2021-10-31"), 25 * 60);
        assert_eq!(hours("Australia/Lord_Howe", "2021-04-04"), 24 * 60 + 30);
        assert_eq!(hours("America/Santiago", "2021-09-05"), 23 * 60);
        assert_eq!(hours("Asia/Kathmandu", "2021-09-05"), 24 * 60);
        assert_eq!(hours("Pacific/Apia", "2011-12-30"), 0);
    }

    #[test]
    fn every_instant_belongs_to_the_day_whose_span_it_is_in() {
        for zone in ["Pacific/Apia", "America/Santiago", "Asia/Kathmandu", "Africa/Cairo", "Atlantic/Azores"] {
            for starts_at in ["00:00", "00:30", "02:30", "04:00"] {
                let calendar = Calendar::new(zone, starts_at);
                let mut instant = at("2011-12-28T00:00:00Z");
                for _ in 0..500 {
                    let (start, end) = calendar.span_of(calendar.day_of(instant));
                    assert!(start <= instant && instant < end, "{zone} {starts_at} {instant}");
                    instant += TimeDelta::minutes(37);
                }
            }
        }
    }

    #[test]
    fn local_times_in_odd_zones() {
        let kathmandu = local(at("2021-09-20T13:00:00Z"), zone("Asia/Kathmandu"));
        assert_eq!(kathmandu.to_string(), "2021-09-20 18:45:00");
        assert_eq!(instant(day("2021-03-14").and_hms_opt(2, 30, 0).expect("a time"), zone("America/Halifax")), None);
    }
}
