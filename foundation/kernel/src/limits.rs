//! The named limits of the whole program: every queue, upload, page, loop and retry has one here.

/// Largest form body that is read, bytes.
pub const FORM_BYTES_MAX: usize = 256 * 1024;
/// Largest uploaded file, bytes.
pub const UPLOAD_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Most files one dossier may carry.
pub const UPLOADS_PER_DOSSIER_MAX: usize = 20;
/// Longest free-text answer, characters.
pub const ANSWER_CHARS_MAX: usize = 2_000;
/// Largest amount or count somebody may give, đồng or pieces: what is derived from it stays a number.
pub const ANSWER_NUMBER_MAX: i64 = 1_000_000_000_000_000;
/// Longest one-line answer, characters.
pub const LINE_CHARS_MAX: usize = 200;
/// Most rows on one page of a list.
pub const PAGE_ROWS_MAX: i64 = 50;
/// The largest number beside a link; of more it is said that there are more.
pub const BADGE_MAX: i64 = 99;
/// Lines of a log that are counted; of a longer one it is said that there are more.
pub const LOG_COUNTED_MAX: i64 = 1_000;
/// Lines of the log that wait to be written. Where whoever collects them stands still, further ones are dropped
/// and counted: no request waits for a log.
pub const LOG_LINES_MAX: usize = 16_384;
/// Writes waiting for the writer; the next one is told that the system is busy.
pub const WRITE_QUEUE_MAX: usize = 4_096;
/// Most writes in one commit.
pub const WRITE_GROUP_MAX: usize = 256;
/// Largest body of one journal entry, bytes of JSON.
pub const ENTRY_BYTES_MAX: usize = 64 * 1024;
/// Journal entries a follower takes at once.
pub const FOLLOW_BATCH_MAX: i64 = 500;
/// Attempts of a job before it is set aside for an operator.
pub const JOB_ATTEMPTS_MAX: i64 = 8;
/// How long a worker holds a job without renewing its lease, seconds.
pub const JOB_LEASE_SECONDS: i64 = 60;
/// Longest wait between two attempts of a job, seconds.
pub const JOB_WAIT_SECONDS_MAX: i64 = 3_600;
/// How long a job that is done is remembered (a repeat within this time is ignored), seconds.
pub const JOB_KEPT_SECONDS: i64 = 30 * 86_400;
/// Longest wait of a follower that fails, seconds.
pub const FOLLOWER_WAIT_SECONDS_MAX: u64 = 60;
/// Connections to PostgreSQL that one process opens for requests.
pub const PG_CONNECTIONS_MAX: usize = 16;
/// Longest wait for a free connection to PostgreSQL, seconds.
pub const PG_WAIT_SECONDS_MAX: u64 = 5;
/// Runs of a PostgreSQL transaction that met a serialization failure or a deadlock.
pub const WRITE_RETRIES_MAX: u32 = 10;
/// Suggestions of the place search.
pub const PLACE_SUGGESTIONS_MAX: usize = 8;
/// Characters of a place search that are looked at.
pub const PLACE_QUERY_CHARS_MAX: usize = 200;
/// Words of a place search that are looked at, the last ones.
pub const PLACE_QUERY_WORDS_MAX: usize = 24;
/// Largest answer of the place search, bytes of JSON.
pub const PLACE_ANSWER_BYTES_MAX: usize = 2_048;
/// Largest amount of a time limit, in its unit.
pub const BUDGET_AMOUNT_MAX: u32 = 36_600;
/// Passkeys of one account.
pub const PASSKEYS_MAX: usize = 10;
/// Connections that the operating system holds until the program accepts them (the system's own limit,
/// `net.core.somaxconn`, may be lower).
pub const BACKLOG_MAX: i32 = 4_096;
/// Live connections held open at once.
pub const LIVE_CONNECTIONS_MAX: usize = 20_000;
/// Password hashes waiting for a worker; the next sign-in is asked to wait.
pub const HASH_QUEUE_MAX: usize = 200;
/// Pages of one letter.
pub const LETTER_PAGES_MAX: usize = 50;
/// Bytes of one letter.
pub const LETTER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Bytes of the data one letter is set from.
pub const LETTER_DATA_BYTES_MAX: usize = 1024 * 1024;
/// Seconds that setting one letter may take, and that a letter waits for its turn.
pub const LETTER_SECONDS_MAX: u64 = 10;
/// Address space of the process that sets letters, bytes.
pub const LETTER_MEMORY_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Processes that set letters at once.
pub const LETTER_CHILDREN_MAX: usize = 2;
/// Letters one such process sets before a fresh one takes its place.
pub const LETTERS_PER_CHILD_MAX: u32 = 200;
/// Largest PDF given for signing or checking, bytes.
pub const SIGNED_PDF_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Made-up people of one province: their numbers must not run out.
pub const GENERATED_PERSONS_MAX: u64 = 50_000_000;
/// JSON in one cell of a list of people, bytes.
pub const IMPORT_JSON_BYTES_MAX: usize = 16 * 1024;
/// One row of a list of people, bytes.
pub const IMPORT_ROW_BYTES_MAX: usize = 64 * 1024;
/// Rows of a list of people after which a commit is made, where nobody else writes: a kill undoes a second or two
/// of work.
pub const IMPORT_COMMIT_ROWS_MAX: i64 = 100_000;
/// Rows of a list of people that are read, settled and written together.
pub const IMPORT_BATCH_ROWS_MAX: usize = 10_000;
/// Dwellings and households that the import of one list keeps in memory, each: a few ten bytes.
pub const IMPORT_KEPT_MAX: usize = 3_600_000;
/// Records of one name and birth, or one old number, that are compared with each other; more are too
/// common to say anything.
pub const MATCH_BLOCK_MAX: usize = 100;
/// Pairs of records that one run looks at.
pub const MATCH_CANDIDATES_MAX: usize = 5_000_000;
/// Pairs written in one transaction.
pub const MATCH_BATCH_MAX: usize = 500;
/// Remarks on one list; a list with more is not such a list.
pub const IMPORT_REMARKS_MAX: i64 = 5_000_000;
