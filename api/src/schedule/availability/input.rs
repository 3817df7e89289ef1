//! The input of the mutation of availabilities.

use std::borrow::Cow;

use async_graphql::{
    ID, InputObject, InputType, InputValueError, InputValueResult, Name, Value, indexmap::IndexMap, registry::Registry,
};

use super::AvailableRange;
use crate::{
    check::Checks,
    graphql::scalar::{self, AsWritten},
    schedule::{input::is_in_reach, query::TimeRange},
};

/// How many ranges an availability may have.
pub const MOST_RANGES: usize = 100;

/// Input for `setAvailability`. The availability of a room requires `EDIT_PROGRAM` on the event, that of a person
/// `EDIT_PROGRAM` on the event or on a microconference that credits the person. People can set their own.
#[derive(InputObject)]
pub struct SetAvailabilityInput {
    /// The event.
    pub event_id: ID,
    /// The room, which must belong to one of the event's venues. Either this or `personId` must be given.
    pub room_id: Option<ID>,
    /// The person. Either this or `roomId` must be given.
    pub person_id: Option<ID>,
    /// When the room or person is available, up to 100 ranges in any order. Each needs `from` and `to`. Ranges that overlap
    /// or touch are merged. An empty list means always.
    pub ranges: Vec<RangeAsWritten>,
    /// Note for organizers as plain text: one line, 1 to 200 characters. Null removes it.
    pub note: Option<String>,
}

/// A [`TimeRange`] whose instants are read with the other checks of a mutation.
#[derive(Clone, Debug)]
pub struct RangeAsWritten {
    from: Option<AsWritten<scalar::DateTime>>,
    to: Option<AsWritten<scalar::DateTime>>,
}

impl InputType for RangeAsWritten {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        TimeRange::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        TimeRange::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value {
            Some(Value::Object(mut fields)) => {
                let mut field = |name| InputType::parse(fields.swap_remove(name)).map_err(InputValueError::propagate);
                Ok(Self { from: field("from")?, to: field("to")? })
            }
            other => Err(InputValueError::expected_type(other.unwrap_or_default())),
        }
    }

    fn to_value(&self) -> Value {
        let fields = [("from", &self.from), ("to", &self.to)];
        Value::Object(IndexMap::from(fields.map(|(name, field)| (Name::new(name), field.to_value()))))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl RangeAsWritten {
    /// A range from one instant up to another.
    #[must_use]
    pub fn new(from: String, to: String) -> Self {
        Self { from: Some(from.into()), to: Some(to.into()) }
    }

    /// The range; what is wrong with it is noted.
    fn parse(&self, checks: &mut Checks, path: &str) -> Option<AvailableRange> {
        let mut end = |name: &str, given: Option<&AsWritten<scalar::DateTime>>| {
            let field = format!("{path}.{name}");
            match given {
                Some(given) => {
                    let instant = checks.instant(&field, given)?;
                    checks.ensure(is_in_reach(instant), &field, "must be in the years 0000 to 9999");
                    Some(instant)
                }
                None => {
                    checks.wrong(&field, "is required");
                    None
                }
            }
        };
        let (from, to) = (end("from", self.from.as_ref()), end("to", self.to.as_ref()));
        let (from, to) = from.zip(to)?;
        checks.ensure(from < to, &format!("{path}.to"), "must be later than `from`");
        Some(AvailableRange { from, to })
    }
}

/// The ranges in order and apart from each other; what is wrong with them is noted.
pub fn ranges(checks: &mut Checks, given: &[RangeAsWritten]) -> Vec<AvailableRange> {
    if !checks.at_most("ranges", given.len(), MOST_RANGES) {
        return Vec::new();
    }
    let ranges = given.iter().enumerate();
    AvailableRange::merged(
        ranges.filter_map(|(place, range)| range.parse(checks, &format!("ranges.{place}"))).collect(),
    )
}
