//! Clashes: other events on the same days.

pub mod store;

use async_graphql::Enum;
use chrono::NaiveDate;
use plenary_entity::event;

use crate::graphql::scalar::Date;

/// Severity of a date conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Enum)]
pub enum ClashSeverity {
    /// Both events share days and nothing else.
    Info,
    /// Both events are in the same city or venue.
    Warn,
    /// Both events compete for the same people.
    Severe,
}

/// What connects two events with overlapping dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum ClashReason {
    /// Both are editions of the same series.
    SameSeries,
    /// Both have an audience tag in common.
    SharedAudience,
    /// Both are co-located, or once agreed to be.
    CoLocationPartner,
    /// Both use the same venue.
    SameVenue,
    /// Both have venues in the same city.
    SameCity,
    /// Both share days and nothing else.
    Overlap,
}

impl ClashReason {
    const fn severity(self) -> ClashSeverity {
        match self {
            Self::SameSeries | Self::SharedAudience | Self::CoLocationPartner => ClashSeverity::Severe,
            Self::SameVenue | Self::SameCity => ClashSeverity::Warn,
            Self::Overlap => ClashSeverity::Info,
        }
    }
}

/// Another event on some of the same days. Cancelled and postponed events don't count.
#[derive(Clone)]
pub struct EventClash {
    /// Event with overlapping dates.
    pub(in crate::event) event: event::Model,
    /// Days that both events have in common, in order.
    pub(in crate::event) days: Vec<Date>,
    /// Overall severity, taken from the most severe reason.
    pub(in crate::event) severity: ClashSeverity,
    /// What connects the events, most severe first. Contains only `OVERLAP` if nothing does.
    pub(in crate::event) reasons: Vec<ClashReason>,
}

/// How bad a clash is with these reasons.
#[must_use]
pub fn severity_of(reasons: &[ClashReason]) -> ClashSeverity {
    reasons.iter().map(|reason| reason.severity()).max().unwrap_or(ClashSeverity::Info)
}

/// Grades what was found, and puts the worst first, then the earliest.
#[must_use]
pub fn grade(
    (starts_on, ends_on): (NaiveDate, NaiveDate),
    found: Vec<(event::Model, Vec<ClashReason>)>,
    least: Option<ClashSeverity>,
) -> Vec<EventClash> {
    let mut clashes: Vec<EventClash> = Vec::with_capacity(found.len());
    for (other, reasons) in found {
        let reasons = if reasons.is_empty() { vec![ClashReason::Overlap] } else { reasons };
        let severity = severity_of(&reasons);
        let (Some(other_start), Some(other_end)) = (other.starts_on, other.ends_on) else { continue };
        if least.is_some_and(|least| severity < least) {
            continue;
        }
        let last = ends_on.min(other_end);
        let days = starts_on.max(other_start).iter_days().take_while(|day| *day <= last).map(Date).collect();
        clashes.push(EventClash { event: other, days, severity, reasons });
    }
    clashes.sort_by_key(|clash| (std::cmp::Reverse(clash.severity), clash.event.starts_on, clash.event.id));
    clashes
}
