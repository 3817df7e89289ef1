//! The tests of Plenary, through HTTP against the real server, on SQLite and on PostgreSQL alike.
//!
//! PostgreSQL tests run when `PLENARY_TEST_POSTGRES_URL` names a server where databases may be made;
//! each test gets a database of its own. When it is not set, a line on standard error says so.

#[macro_use]
mod support;

mod clashes;
mod command_line;
mod demo;
mod http;
mod lists;
mod nodes;
mod operations;
mod paging;
mod schedule;
mod schema;
mod structure;
mod visibility;
mod writer;
