//! The journal as evidence, told once and run on each engine; every file is checked by the
//! outsider's verifier, which shares no code with what wrote it.

#![allow(clippy::unwrap_used, reason = "stories are tests through and through")]

mod checkpoints;
mod exports;
mod forks;
mod published;
mod sealed;

use kernel::{Actor, DossierCode, Instant, PersonalId};
use lienthong_verify::note::Key;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Clock, Entry, Store};
use trust::Keys;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

/// A folder that vanishes.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("evidence-{}-{n}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
    fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A province's journal with its keys, in a folder of its own.
struct Place {
    folder: Folder,
    url: String,
    keys: Keys,
}

const ORIGIN: &str = "test.example.vn/nhat-ky";

impl Engine {
    fn place(self) -> Place {
        let folder = Folder::new();
        let url = match self {
            Self::Sqlite => format!("sqlite:{}", folder.join("province.db").display()),
            Self::Postgres => store::testing::postgres(),
        };
        let keys =
            Keys::open_as(&folder.join("keys"), Instant(1_795_401_730_000_000), Some(ORIGIN))
                .unwrap();
        Place { folder, url, keys }
    }
}

impl Place {
    fn open(&self) -> Store {
        open(&self.url)
    }
    /// A copy of the closed database, as a backup.
    fn backup(&self) -> String {
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let copy = self.folder.join("backup.db");
            std::fs::copy(path, &copy).unwrap();
            format!("sqlite:{}", copy.display())
        } else {
            store::testing::postgres_copy(&self.url)
        }
    }
    /// The public keys as the verifier reads them.
    fn public(&self) -> Vec<Key> {
        lienthong_verify::note::keys(&self.keys.journal_keys().join("\n")).unwrap()
    }
}

fn open(url: &str) -> Store {
    open_with(url, Clock::system())
}

fn open_with(url: &str, clock: Clock) -> Store {
    Store::open_with(url, &[evidence::SCHEMA], clock).unwrap()
}

fn pid(n: i64) -> PersonalId {
    PersonalId::parse(&format!("0371980{n:05}")).unwrap()
}

/// Writes entries with the numbers `from..to` in their bodies.
fn record(store: &Store, from: i64, to: i64) {
    for begin in (from..to).step_by(100) {
        store
            .write(move |tx| {
                for n in begin..to.min(begin + 100) {
                    tx.record(
                        Entry::new("test.done", &Actor::system("test"))
                            .at("13594")
                            .about(&pid(n % 7))
                            .dossier(&DossierCode::new(format!("D{}", n % 5)))
                            .body(json!({ "n": n, "name": "Nguyễn Thị Lan" })),
                    )?;
                }
                Ok(())
            })
            .unwrap();
    }
    store.settle().unwrap();
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
    checkpoints: each_state_is_signed_once_and_the_newest_is_kept_everywhere,
        the_thread_signs_what_comes_and_the_last_before_it_ends,
        old_ones_are_thinned_out_and_the_tree_still_proves_them;
    exports: a_folder_convinces_the_outsider_and_every_change_in_it_is_seen,
        a_range_is_exported_with_the_bodies_of_that_range_alone,
        a_broken_export_goes_on_and_an_erased_part_leaves_it,
        proofs_and_consistency_files_convince_the_outsider;
    forks: going_on_from_yesterdays_copy_is_refused_and_shown,
        an_accepted_fork_is_recorded_and_the_evidence_kept,
        a_journal_with_gaps_is_told_of_and_is_no_fork_to_accept,
        a_damaged_or_missing_witness_is_told_of;
    sealed: old_entries_leave_by_the_month_and_every_proof_stays,
        dropping_waits_for_followers_and_for_files_that_are_right,
        dropped_entries_come_back_and_an_erased_part_leaves_the_file,
        sealing_goes_on_where_it_was_broken_off;
    published: anybody_can_rebuild_the_root_from_public_tiles_and_nobody_gets_entries;
}
