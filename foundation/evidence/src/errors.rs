//! What may go wrong with the journal as evidence.

kernel::codes! {
    /// The database's journal is not the one that was signed before (`file`, `size`: of the known
    /// checkpoint; `here`: entries in the database).
    JOURNAL_FORKED = "evidence.forked", Unavailable;
    /// A witness folder cannot be read or written (`file`).
    WITNESS_AWAY = "evidence.witness_away", Unavailable;
    /// A kept checkpoint is no checkpoint of this journal (`file`).
    WITNESS_DAMAGED = "evidence.witness_damaged", Unavailable;
    /// A file of an export or a proof cannot be read or written (`file`).
    FILE_AWAY = "evidence.file_away", Unavailable;
    /// A range of entries that the journal does not have (`size`).
    RANGE_UNREAL = "evidence.range", BadInput;
    /// Where sealed segments lie cannot be read or written (`file`).
    ARCHIVE_AWAY = "evidence.archive_away", Unavailable;
    /// A place for segments that this program cannot use (`place`).
    ARCHIVE_UNKNOWN = "evidence.archive_unknown", BadInput;
    /// A sealed segment is missing, or not as it was written (`file`).
    SEGMENT_WRONG = "evidence.segment_wrong", Conflict;
    /// The folder holds something else, or an export with other options (`file`).
    FOLDER_OTHER = "evidence.folder_other", Conflict;
}
