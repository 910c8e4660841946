//! The integration tests of the workspace: one binary, one file a subject.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod answers;
mod backup;
mod clock;
mod commands;
mod crowd;
mod database;
mod disk;
mod evidence;
mod forgery;
mod killed;
mod letters;
mod listing;
mod lists;
mod mergers;
mod nodes;
mod operating;
mod overload;
mod packaging;
mod policy;
mod races;
mod recipe;
mod shards;
mod silence;
mod strangers;
mod tools;
mod upgrade;
mod walk;
mod words;
