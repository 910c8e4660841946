//! The integration tests of the workspace: one binary, one file a subject.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod answers;
mod backup;
mod commands;
mod crowd;
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
mod packaging;
mod policy;
mod races;
mod recipe;
mod silence;
mod strangers;
mod tools;
mod walk;
mod words;
