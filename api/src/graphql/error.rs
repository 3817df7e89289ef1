//! How a [`Fault`] appears in a response: a message, `extensions.code`, and `errorId` for server errors.

use async_graphql::{Error, ErrorExtensions};

use crate::error::Fault;

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::new(fault.message).extend_with(|_, extensions| {
            extensions.set("code", fault.code.as_str());
            if let Some(id) = fault.error_id {
                extensions.set("errorId", id.to_string());
            }
        })
    }
}
