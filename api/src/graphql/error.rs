//! How a [`Fault`] reads in an answer: a message, `extensions.code` and, where it is ours, `errorId`.

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
