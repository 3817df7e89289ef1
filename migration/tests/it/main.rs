//! Holds the migrations to what they promise, on SQLite and, where one is at hand, on PostgreSQL.

mod database;
mod rules;
mod statement;
mod structure;
mod words;
