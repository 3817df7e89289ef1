//! A conference that runs on the day on which it is loaded: Demo Days, as data in `today.toml`.

use chrono::{DateTime, TimeDelta, Timelike, Utc};

/// The program, with places for its days, its time zone and the offset of that.
const PROGRAM: &str = include_str!("today.toml");

/// The hour of the day in which it is loaded, in the time zone of the conference.
const HOUR: i32 = 10;
/// The time zone that is farthest behind UTC: 12 hours.
const FARTHEST_BEHIND: i32 = -12;

/// The program as a document, for somebody who loads it now. It takes place in the time zone in which it is the right
/// hour of the morning, so that there is always something on.
#[must_use]
pub fn program(now: DateTime<Utc>) -> String {
    let hour = i32::try_from(now.hour()).unwrap_or(HOUR);
    let ahead = if HOUR - hour < FARTHEST_BEHIND { HOUR - hour + 24 } else { HOUR - hour };
    let today = (now + TimeDelta::hours(ahead.into())).date_naive();
    // The names of these zones tell the hours behind UTC.
    let zone = if ahead == 0 { "Etc/UTC".into() } else { format!("Etc/GMT{:+}", -ahead) };
    PROGRAM
        .replace("{yesterday}", &(today - TimeDelta::days(1)).to_string())
        .replace("{today}", &today.to_string())
        .replace("{tomorrow}", &(today + TimeDelta::days(1)).to_string())
        .replace("{zone}", &zone)
        .replace("{offset}", &format!("{ahead:+03}:00"))
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    #[test]
    fn it_is_between_ten_and_eleven_whenever_it_is_loaded() {
        let midnight: DateTime<Utc> = "2026-11-30T00:59:00Z".parse().expect("an instant");
        for now in (0..24).map(|hour| midnight + TimeDelta::hours(hour)) {
            let program = program(now);
            assert!(!program.contains("{today}"));
            let zone = program.split("timeZone = \"").nth(1).and_then(|rest| rest.split('"').next()).expect("a zone");
            let there = now.with_timezone(&zone.parse::<Tz>().expect("a zone of the IANA"));
            assert_eq!((there.hour(), there.minute()), (10, 59), "{zone}");
            let (day, offset) = (there.date_naive(), there.format("%:z"));
            assert!(program.contains(&format!("from = \"{day}T13:00:00{offset}\"")), "{zone}");
        }
    }
}
