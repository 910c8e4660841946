//! The store's story: what every engine must do, told once and run on each.

mod followers;
mod jobs;
mod journal;
mod transactions;

use store::{Clock, Schema, Store};

/// A table for the stories.
const SCHEMA: Schema = Schema {
    name: "story",
    files: &["
        -- shard key: id
        CREATE TABLE account (
            id TEXT PRIMARY KEY, amount BIGINT NOT NULL, share DOUBLE PRECISION, photo BLOB,
            note TEXT, version BIGINT NOT NULL
        );
        -- reference table
        CREATE TABLE seen (name TEXT PRIMARY KEY, n BIGINT NOT NULL, total BIGINT NOT NULL);
    "],
};

fn store() -> Store {
    Store::open_with("sqlite::memory:", &[SCHEMA], Clock::system()).unwrap()
}
