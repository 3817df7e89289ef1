//! Custom scalars, as specified by the standards that their descriptions name.

use std::{borrow::Cow, marker::PhantomData, ops::Deref};

use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value, registry::Registry};
use chrono::{NaiveDate, NaiveDateTime, SecondsFormat, Utc};

use crate::{
    text::{
        character::{self, Lines},
        link,
    },
    time,
};

/// An instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// Instant in RFC 3339 format, with up to microsecond precision. Responses are in UTC and end in `Z`:
/// `2021-09-20T13:00:00Z`. Arguments may use any offset.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let right = "a DateTime is an RFC 3339 instant with its offset, such as \"2021-09-20T10:00:00-03:00\"";
        read(&value, time::rfc3339, right).map(Self)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// A calendar date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Date(pub NaiveDate);

/// Calendar date in ISO 8601 format: `2021-09-20`. It carries no time zone; the field says which one applies.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/local-date.html")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(&value, time::date, "a Date is a calendar date that exists, such as \"2021-09-20\"").map(Self)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

/// A local date and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LocalDateTime(pub NaiveDateTime);

/// Local date and time in ISO 8601 format, to the second: `2021-09-20T10:00:00`. It carries no offset; the field says
/// which time zone applies.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/local-date-time.html")]
impl ScalarType for LocalDateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let right = "a LocalDateTime is a local date and time without an offset, such as \"2021-09-20T10:00:00\"";
        read(&value, time::local_time, right).map(Self)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%dT%H:%M:%S").to_string())
    }
}

/// The name of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TimeZone(pub String);

/// IANA time zone name: `America/Halifax`.
#[Scalar(specified_by_url = "https://www.iana.org/time-zones")]
impl ScalarType for TimeZone {
    fn parse(value: Value) -> InputValueResult<Self> {
        let name = |name: &str| match time::zone_name(name) {
            Ok(()) => Ok(name.to_owned()),
            Err(Some(meant)) => Err(format!("write \"{meant}\"")),
            Err(None) => Err("there is no time zone with this name".into()),
        };
        read(&value, name, "a TimeZone is the name of an IANA time zone, such as \"America/Halifax\"").map(Self)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// An absolute URL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Url(pub String);

/// Absolute URL in the canonical form of the WHATWG URL standard. Allowed schemes: `https`, `http`, `matrix`, `ircs`,
/// `irc` and `mailto`.
#[Scalar(name = "URL", specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        let canonical = |text: &str| link::parse(text).map(String::from).map_err(|reason| format!("this one {reason}"));
        read(&value, canonical, "a URL is absolute, such as \"https://example.org/\"").map(Self)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// The value of a scalar. The error says what would be right, and what is wrong with the text.
fn read<T, S: ScalarType + InputType>(
    value: &Value,
    parse: impl FnOnce(&str) -> std::result::Result<T, String>,
    right: &str,
) -> std::result::Result<T, InputValueError<S>> {
    let Value::String(text) = value else { return Err(InputValueError::custom(right)) };
    if let Some(refused) = character::find_refused(text, Lines::Word) {
        return Err(InputValueError::custom(format!("{right}; this one {}", refused.message())));
    }
    parse(text).map_err(|reason| InputValueError::custom(format!("{right}; {reason}")))
}

/// A scalar of an input as written. An invalid value is a validation error, reported with all others, and not a request
/// error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsWritten<S> {
    text: String,
    scalar: PhantomData<fn() -> S>,
}

impl<S> From<AsWritten<S>> for String {
    fn from(written: AsWritten<S>) -> Self {
        written.text
    }
}

impl<S> From<String> for AsWritten<S> {
    fn from(text: String) -> Self {
        Self { text, scalar: PhantomData }
    }
}

impl<S> Deref for AsWritten<S> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl<S: InputType> InputType for AsWritten<S> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        S::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        S::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value {
            Some(Value::String(text)) => Ok(Self { text, scalar: PhantomData }),
            other => Err(InputValueError::expected_type(other.unwrap_or_default())),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.text.clone())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}
