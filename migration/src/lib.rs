//! The migrations of a Plenary database, a file each, for SQLite and PostgreSQL.
//!
//! What must never be in the database is refused by the database itself: by checks and keys where
//! they can, by triggers where a rule is about more than one row.

mod table;
mod trigger;

mod m20261122_000001_series_events;
mod m20261122_000002_microconferences;
mod m20261122_000003_sessions_schedules;
mod m20261122_000004_people;
mod m20261122_000005_announcements;
mod m20261122_000006_links;
mod m20261122_000007_slugs;
mod m20261122_000008_change_log;
mod m20261123_000009_memberships;
mod m20261125_000010_who_sees_changes;
mod m20261126_000011_change_notice;
mod m20261126_000012_search;
mod m20261130_000013_cache_leases;
mod m20261130_000014_draft_schedules;
mod m20261130_000015_frozen_releases;
mod m20261130_000016_schedule_conflicts;
mod m20261130_000017_availabilities;
mod m20261130_000018_delays;
mod m20261130_000019_credits_of_people;
mod m20261130_000025_join_opening;

pub use sea_orm_migration::{MigratorTrait, SchemaManager};

/// Brings a database up to date with `Migrator::up(&database, None)`, and back with `down`.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_series_events::Migration),
            Box::new(m20261122_000002_microconferences::Migration),
            Box::new(m20261122_000003_sessions_schedules::Migration),
            Box::new(m20261122_000004_people::Migration),
            Box::new(m20261122_000005_announcements::Migration),
            Box::new(m20261122_000006_links::Migration),
            Box::new(m20261122_000007_slugs::Migration),
            Box::new(m20261122_000008_change_log::Migration),
            Box::new(m20261123_000009_memberships::Migration),
            Box::new(m20261125_000010_who_sees_changes::Migration),
            Box::new(m20261126_000011_change_notice::Migration),
            Box::new(m20261126_000012_search::Migration),
            Box::new(m20261130_000013_cache_leases::Migration),
            Box::new(m20261130_000014_draft_schedules::Migration),
            Box::new(m20261130_000015_frozen_releases::Migration),
            Box::new(m20261130_000016_schedule_conflicts::Migration),
            Box::new(m20261130_000017_availabilities::Migration),
            Box::new(m20261130_000018_delays::Migration),
            Box::new(m20261130_000019_credits_of_people::Migration),
            Box::new(m20261130_000025_join_opening::Migration),
        ]
    }
}
