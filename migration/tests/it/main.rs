//! Tests the migrations on SQLite and, if a server is named, on PostgreSQL.

mod database;
mod enums;
mod rules;
mod statement;
mod structure;
