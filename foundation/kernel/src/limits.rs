//! The named limits of the whole program: every queue, upload, page, loop and retry has one here.

/// Largest form body that is read, bytes.
pub const FORM_BYTES_MAX: usize = 256 * 1024;
/// Largest uploaded file, bytes.
pub const UPLOAD_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Most files one dossier may carry.
pub const UPLOADS_PER_DOSSIER_MAX: usize = 20;
/// Longest free-text answer, characters.
pub const ANSWER_CHARS_MAX: usize = 2_000;
/// Longest one-line answer, characters.
pub const LINE_CHARS_MAX: usize = 200;
/// Most rows on one page of a list.
pub const PAGE_ROWS_MAX: i64 = 50;
/// Writes waiting for the writer; the next one is told that the system is busy.
pub const WRITE_QUEUE_MAX: usize = 4_096;
/// Most writes in one commit.
pub const WRITE_GROUP_MAX: usize = 256;
/// Journal entries a follower takes at once.
pub const FOLLOW_BATCH_MAX: i64 = 500;
/// Attempts of a job before it is set aside for an operator.
pub const JOB_ATTEMPTS_MAX: i64 = 8;
/// Runs of a PostgreSQL transaction that met a serialization failure or a deadlock.
pub const WRITE_RETRIES_MAX: u32 = 10;
/// Suggestions of the place search.
pub const PLACE_SUGGESTIONS_MAX: usize = 8;
/// Passkeys of one account.
pub const PASSKEYS_MAX: usize = 10;
/// Live connections held open at once.
pub const LIVE_CONNECTIONS_MAX: usize = 20_000;
/// Password hashes waiting for a worker; the next sign-in is asked to wait.
pub const HASH_QUEUE_MAX: usize = 200;
/// Pages of one letter.
pub const LETTER_PAGES_MAX: usize = 50;
