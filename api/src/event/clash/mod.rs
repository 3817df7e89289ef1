//! Clashes: other events on the same days.

pub mod store;

use async_graphql::Enum;
use chrono::NaiveDate;
use plenary_entity::event;

use crate::graphql::scalar::Date;

/// How bad a clash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Enum)]
pub enum ClashSeverity {
    /// Another event is on the same days, and nothing connects the two.
    Info,
    /// Both are in the same city or venue.
    Warn,
    /// The same people would want to be at both.
    Severe,
}

/// Why a clash is as bad as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum ClashReason {
    /// Both are editions of one series.
    SameSeries,
    /// Both are for one audience.
    SharedAudience,
    /// They agreed to be held together, or had agreed.
    CoLocationPartner,
    /// Both are in one venue.
    SameVenue,
    /// Both have venues in one city.
    SameCity,
    /// They are on the same days, and nothing else connects them.
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

/// Another event that has days in common. Events that are cancelled or postponed take no days.
#[derive(Clone)]
pub struct EventClash {
    /// The other event.
    pub(in crate::event) event: event::Model,
    /// The days that they have in common, in order.
    pub(in crate::event) days: Vec<Date>,
    /// How bad that is: as bad as the worst of the reasons.
    pub(in crate::event) severity: ClashSeverity,
    /// All that connects them, the worst first; `OVERLAP` alone where nothing does.
    pub(in crate::event) reasons: Vec<ClashReason>,
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
        let Some(severity) = reasons.iter().map(|reason| reason.severity()).max() else { continue };
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
