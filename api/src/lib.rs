//! Plenary is a GraphQL API for conference programs.
//!
//! # Module map
//!
//! | layer | modules | what they may use |
//! |---|---|---|
//! | foundations | [`error`] [`clock`] [`text`] [`time`] [`config`] [`telemetry`] [`database`] | each other, downwards |
//! | visibility | [`auth`] | the foundations |
//! | writing | [`change`] | those above |
//! | the kit | [`graphql`] [`execution`] [`check`] [`guard`] [`subject`] | those above, and each other; no concept |
//! | the concepts | [`series`] [`event`] [`venue`] [`person`] [`microconference`] [`topic`] [`accomplishment`] [`session`] [`schedule`] [`credit`] [`reference`](mod@reference) [`external_id`] [`announcement`] [`link`] [`membership`] [`feed`] [`node`] [`mutation`] [`removal`] | those above, and each other through the relations and batch keys of their stores |
//! | the whole | [`schema`] [`demo`] | the concepts |
//! | the edges | [`app`] [`http`] [`cli`] | the whole |
//!
//! A concept is a folder with the same file names in each: `object.rs` its types and where the values of their fields
//! come from, `enums.rs` its enums, `query.rs` the filters and orders of its lists, `mutation.rs` its mutations,
//! `input.rs` its inputs, `store.rs` all its SQL statements. `tests/it/structure.rs` checks the table.

/// A third of the time of a large response is spent on small allocations, so the allocator matters.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod accomplishment;
pub mod announcement;
pub mod app;
pub mod auth;
pub mod change;
pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
pub mod credit;
pub mod database;
pub mod demo;
pub mod error;
pub mod event;
pub mod execution;
pub mod external_id;
pub mod feed;
pub mod graphql;
pub mod guard;
pub mod http;
pub mod link;
pub mod membership;
pub mod microconference;
pub mod mutation;
pub mod node;
pub mod person;
pub mod reference;
pub mod removal;
pub mod schedule;
pub mod schema;
pub mod series;
pub mod session;
pub mod subject;
pub mod telemetry;
pub mod text;
pub mod time;
pub mod topic;
pub mod venue;
