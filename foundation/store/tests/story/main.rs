//! The store's story: what every engine must do, told once and run on each.
//!
//! PostgreSQL is the server that LIENTHONG_TEST_PG names, or a private one that the run starts
//! itself from the installed programs.

#![allow(clippy::unwrap_used, reason = "stories are tests through and through")]
// The lint's advice does not compile: the methods' lifetimes are those of the transaction.
#![allow(clippy::redundant_closure_for_method_calls)]

mod carried;
mod copy;
mod crash;
mod followers;
mod full;
mod jobs;
mod journal;
mod measure;
mod nodes;
mod reopen;
mod sending;
mod simulate;
mod snapshot;
mod spread;
mod tables;
mod torn;
mod transactions;

use std::path::PathBuf;
use store::{Clock, Schema, Store};

/// Tables for the stories.
const SCHEMA: Schema = Schema {
    name: "story",
    files: &["
        -- shard key: id
        CREATE TABLE account (
            id TEXT PRIMARY KEY, amount BIGINT NOT NULL, share DOUBLE PRECISION, photo BLOB,
            note TEXT, version BIGINT NOT NULL
        );
        CREATE INDEX account_note ON account (note) WHERE note IS NOT NULL;
        -- reference table
        CREATE TABLE seen (name TEXT PRIMARY KEY, n BIGINT NOT NULL, total BIGINT NOT NULL);
    "],
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

/// A database that can be closed and opened again.
struct Place {
    url: String,
    folder: Option<PathBuf>,
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

impl Engine {
    /// An empty store with the real clock.
    fn store(self) -> Store {
        self.store_with(Clock::system())
    }
    fn store_with(self, clock: Clock) -> Store {
        let url = match self {
            Self::Sqlite => "sqlite::memory:".to_owned(),
            Self::Postgres => store::testing::postgres(),
        };
        Store::open_with(&url, &[SCHEMA], clock).unwrap()
    }
    fn place(self) -> Place {
        match self {
            Self::Postgres => Place { url: store::testing::postgres(), folder: None },
            Self::Sqlite => {
                let name =
                    format!("store-{}-{:?}", std::process::id(), std::thread::current().id());
                let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
                let _ = std::fs::remove_dir_all(&folder);
                std::fs::create_dir_all(&folder).unwrap();
                let url = format!("sqlite:{}", folder.join("store.db").display());
                Place { url, folder: Some(folder) }
            }
        }
    }
    /// Another place of the same engine.
    fn second_place(self) -> Place {
        std::thread::spawn(move || self.place()).join().unwrap()
    }
    fn open(self, place: &Place, clock: Clock) -> Store {
        Store::open_with(&place.url, &[SCHEMA], clock).unwrap()
    }
}

/// Each story once on each engine.
macro_rules! stories {
    ($($room:ident: $($story:ident),+;)+) => {
        mod on_sqlite {
            $($(#[test] fn $story() { crate::$room::$story(crate::Engine::Sqlite); })+)+
        }
        mod on_postgres {
            $($(#[test] fn $story() { crate::$room::$story(crate::Engine::Postgres); })+)+
        }
    };
}

stories! {
    sending: what_is_sent_is_there_for_the_next_reading_and_after_the_commit, a_failure_of_what_was_sent_undoes_all_of_it, an_attempt_answers_for_what_was_sent_in_it, one_row_is_changed_or_nothing_at_all, of_two_who_send_the_same_change_one_is_told, readings_foreseen_are_those_that_would_have_been_read;
    followers: catching_up_counts_each_entry_once_and_again_after_a_rebuild, a_failing_follower_shows_its_error_and_holds_up_nobody, commits_tell_the_head_and_wake_who_waits, a_running_follower_is_rebuilt_when_asked;
    jobs: a_job_runs_once_and_its_repeat_is_ignored, a_failing_job_waits_longer_each_time_and_is_set_aside_with_its_cause, a_job_whose_worker_died_runs_again_when_the_lease_is_over, workers_do_all_jobs_and_a_panic_is_a_failure;
    journal: the_newest_entry_of_the_programs_own_kinds_is_found, eight_writers_leave_a_dense_journal_that_verifies, a_recorded_reading_leaves_its_entries_or_gives_nothing, held_readings_are_on_record_when_their_receipt_is_ready, any_change_behind_the_journals_back_is_found, proofs_convince_and_false_ones_do_not, erased_parts_keep_their_proof, an_entry_that_would_break_its_leaf_is_refused;
    transactions: values_come_back_as_they_went_in, a_failed_write_undoes_only_itself, a_swallowed_failure_is_the_outcome_unless_it_was_an_attempt, of_two_who_change_the_same_version_one_is_told, reading_and_adding_one_at_a_time_loses_nothing, a_snapshot_does_not_move_and_a_bad_read_breaks_nothing, a_write_inside_a_write_is_refused_instead_of_waiting_for_ever, a_borrowing_write_commits_undoes_and_survives_a_panic, time_stands_still_in_a_transaction_and_rows_can_be_stopped, texts_are_compared_byte_by_byte, a_column_takes_only_its_own_type, many_rows_go_in_at_once, packed_rows_go_in_and_those_that_are_there_may_be_left_out, a_bulk_of_rows_keeps_every_value_and_rule, a_rehearsal_keeps_its_outcome_and_undoes_the_rest, a_number_is_drawn_once_and_kept, rows_of_any_number_and_with_any_nulls_go_in, an_index_goes_and_comes_back, a_read_cannot_write;
    copy: every_row_arrives_and_the_copy_goes_on_working, a_copy_that_was_cut_off_goes_on_and_is_nobodys_until_then, what_must_not_be_copied_is_refused, a_source_that_changed_is_noticed;
    crash: killed_at_random_moments_nothing_acknowledged_is_lost_or_doubled;
    simulate: simulated_faults_leave_what_the_model_says;
    tables: every_crates_tables_keep_the_rules_and_can_be_made;
    reopen: what_was_written_is_there_again, a_newer_database_is_refused, a_newer_database_that_only_has_more_is_used,
        a_changed_schema_file_is_refused, new_files_are_applied_to_old_databases;
}
