//! The integration tests of the workspace: one binary, one file a subject.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod answers;
mod attacks;
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
mod nodes;
mod nonsense;
mod operating;
mod packaging;
mod policy;
mod races;
mod rates;
mod recipe;
mod secrets;
mod silence;
mod strangers;
mod tools;
mod walk;
mod watched;
mod words;
