//! Civil time: local times and days in the zones of the IANA database.

use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

/// The first instant that RFC 3339 can write: the start of the year 0000.
pub const FIRST: DateTime<Utc> = of_seconds(-62_167_219_200);
/// The last second that RFC 3339 can write: the end of the year 9999.
pub const LAST: DateTime<Utc> = of_seconds(253_402_300_799);

const fn of_seconds(seconds: i64) -> DateTime<Utc> {
    match DateTime::from_timestamp(seconds, 0) {
        Some(instant) => instant,
        None => DateTime::UNIX_EPOCH,
    }
}

/// A calendar date as ISO 8601 has it, in one way alone: `2021-09-20`, of the years 0000 to 9999.
///
/// # Errors
///
/// The problem: "February 2021 has 28 days".
pub fn date(text: &str) -> Result<NaiveDate, String> {
    // The parser of the library takes signs, blanks and single digits too.
    let is_of_the_form = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !is_of_the_form {
        return Err("the form is YYYY-MM-DD".into());
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().unwrap_or_default();
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let Some(first) = NaiveDate::from_ymd_opt(year.cast_signed(), month, 1) else {
        return Err(format!("there is no month {month:02}"));
    };
    first
        .with_day(day)
        .ok_or_else(|| format!("{} {} has {} days", first.format("%B"), &text[..4], first.num_days_in_month()))
}

/// An instant in RFC 3339 format, to the microsecond, which both databases can store; of the years 0000 to 9999 in UTC,
/// the range of the format. A leap second, which only one of the databases can store, becomes the second after it.
///
/// # Errors
///
/// The problem: "the offset is missing".
pub fn rfc3339(text: &str) -> Result<DateTime<Utc>, String> {
    let Ok(instant) = DateTime::parse_from_rfc3339(text) else { return Err(why_no_instant(text)) };
    DateTime::from_timestamp_micros(instant.timestamp_micros())
        .filter(|instant| (0..=9999).contains(&instant.year()))
        .ok_or_else(|| "its year in UTC is not between 0000 and 9999".into())
}

fn why_no_instant(text: &str) -> String {
    let (day, rest) = text.split_at_checked(10).unwrap_or((text, ""));
    match date(day) {
        Err(reason) if day.len() == 10 && !reason.contains("form") => reason,
        Err(_) => "it does not start with a date and `T`".into(),
        Ok(_) if rest.is_empty() => "it is a date without a time".into(),
        Ok(_) if local_time(text).is_ok() || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").is_ok() => {
            "the offset from UTC is missing; add `Z` or one such as `-03:00`".into()
        }
        Ok(_) => "its time or offset is not valid".into(),
    }
}

/// A local date and time, to the second: `2021-09-20T10:00:00`.
///
/// # Errors
///
/// The problem: "it has an offset; leave that out".
pub fn local_time(text: &str) -> Result<NaiveDateTime, String> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").map_err(|_| {
        if DateTime::parse_from_rfc3339(text).is_ok() {
            return "it has an offset or fractions of a second; leave them out".into();
        }
        match date(text.get(..10).unwrap_or_default()) {
            Err(reason) if !reason.contains("form") => reason,
            _ => "the form is YYYY-MM-DDThh:mm:ss".into(),
        }
    })
}

/// The name of a zone as the IANA database has it.
///
/// # Errors
///
/// The name that may be meant, where one differs in the case of its letters or in blanks alone.
pub fn zone_name(name: &str) -> Result<(), Option<&'static str>> {
    if name.parse::<Tz>().is_ok() {
        return Ok(());
    }
    let meant = name.trim().replace(' ', "_");
    Err(chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).find(|known| known.eq_ignore_ascii_case(&meant)))
}

/// The zone with a name. What is stored was checked; a name that the zone data has lost since reads as UTC.
#[must_use]
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// The local time in a zone at an instant.
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

/// The calendar of an event: its days in its zone, each starting at a time of day.
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
    fn times_after_midnight_belong_to_the_previous_day() {
        let halifax = Calendar::new("America/Halifax", "04:00");
        assert_eq!(halifax.day_of(at("2021-09-21T04:00:00Z")), day("2021-09-20"));
        assert_eq!(halifax.day_of(at("2021-09-21T07:00:00Z")), day("2021-09-21"));
        assert_eq!(halifax.span_of(day("2021-09-20")), (at("2021-09-20T07:00:00Z"), at("2021-09-21T07:00:00Z")));
    }

    #[test]
    fn the_length_of_days_includes_clock_changes() {
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
    fn day_of_and_span_of_agree() {
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
    fn errors_explain_invalid_times() {
        let dates = [
            ("2021-02-29", "February 2021 has 28 days"),
            ("2021-13-01", "there is no month 13"),
            ("2021-09-00", "September 2021 has 30 days"),
            ("20.9.2021", "the form is YYYY-MM-DD"),
            ("2021-9-20", "the form is YYYY-MM-DD"),
            ("+021-09-20", "the form is YYYY-MM-DD"),
            ("２021-09-2", "the form is YYYY-MM-DD"),
        ];
        for (text, reason) in dates {
            assert_eq!(date(text), Err(reason.to_owned()), "{text}");
        }
        assert_eq!(date("2020-02-29"), Ok(day("2020-02-29")));
        assert_eq!(date("0000-01-01").map(|date| date.year()), Ok(0));
        let instants = [
            ("2021-09-20T10:00:00", "the offset from UTC is missing; add `Z` or one such as `-03:00`"),
            ("2021-09-20T10:00", "the offset from UTC is missing; add `Z` or one such as `-03:00`"),
            ("2021-09-20", "it is a date without a time"),
            ("2021-09-31T10:00:00Z", "September 2021 has 30 days"),
            ("2021-09-20T25:00:00Z", "its time or offset is not valid"),
            ("tomorrow", "it does not start with a date and `T`"),
            ("tomorrow, at noon", "it does not start with a date and `T`"),
            ("0000-01-01T00:00:00+01:00", "its year in UTC is not between 0000 and 9999"),
            ("", "it does not start with a date and `T`"),
        ];
        for (text, reason) in instants {
            assert_eq!(rfc3339(text), Err(reason.to_owned()), "{text}");
        }
        let local_times = [
            ("2021-09-20T10:00:00Z", "it has an offset or fractions of a second; leave them out"),
            ("2021-02-29T10:00:00", "February 2021 has 28 days"),
            ("2021-09-20 10:00", "the form is YYYY-MM-DDThh:mm:ss"),
        ];
        for (text, reason) in local_times {
            assert_eq!(local_time(text), Err(reason.to_owned()), "{text}");
        }
        assert_eq!(zone_name("america/new york"), Err(Some("America/New_York")));
        assert_eq!(zone_name("Europe/Atlantis"), Err(None));
    }

    #[test]
    fn local_times_in_odd_zones() {
        let kathmandu = local(at("2021-09-20T13:00:00Z"), zone("Asia/Kathmandu"));
        assert_eq!(kathmandu.to_string(), "2021-09-20 18:45:00");
        assert_eq!(instant(day("2021-03-14").and_hms_opt(2, 30, 0).expect("a time"), zone("America/Halifax")), None);
    }
}
