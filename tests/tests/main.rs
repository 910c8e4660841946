//! The integration tests of the workspace: one binary, one file a subject.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod answers;
mod attacks;
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
mod nonsense;
mod operating;
mod overload;
mod packaging;
mod policy;
mod races;
mod rates;
mod recipe;
mod secrets;
mod shards;
mod silence;
mod strangers;
mod tools;
mod upgrade;
mod walk;
mod watched;
mod words;
