//! Tests of Plenary through HTTP against the real server, on SQLite and PostgreSQL.
//!
//! PostgreSQL tests run when `PLENARY_TEST_POSTGRES_URL` names a server where databases may be made;
//! each test gets a database of its own. When it is not set, a line on standard error says so.

#[macro_use]
mod support;

#[path = "../../api/src/auth/test_pairs.rs"]
mod pairs;

mod accounts;
mod changes;
mod clashes;
mod coding;
mod command_line;
mod counting;
mod demo;
mod demo_mutations;
mod descriptions;
mod differential;
mod durability;
mod edge;
mod guard;
mod guide;
mod health;
mod hostile;
mod http;
mod lists;
mod messages;
mod mutations;
mod nodes;
mod operations;
mod paging;
mod permissions;
mod persisted;
mod planning;
mod rate;
mod response_cache;
mod roles;
mod schedule;
mod schema;
mod settings;
mod sign_in;
mod structure;
mod transactions;
mod visibility;
mod writer;
