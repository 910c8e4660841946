//! What may go wrong with a backup.

kernel::codes! {
    /// A file cannot be read or written (`file`).
    FILE_AWAY = "backup.file_away", Unavailable;
    /// A key file cannot be used (`file`).
    KEY_UNREADABLE = "backup.key_unreadable", BadInput;
    /// Others may read a key file (`file`).
    KEY_OPEN = "backup.key_open", Unavailable;
    /// A file of that name is there already (`file`).
    KEY_TAKEN = "backup.key_taken", Conflict;
    /// A backup is to be made with the private key at hand (`file`).
    KEY_PRIVATE_HERE = "backup.key_private_here", BadInput;
    /// The private key is needed, and this is the public one (`file`).
    KEY_NEEDED = "backup.key_needed", BadInput;
    /// The backups were made for another key (`folder`).
    KEY_OTHER = "backup.key_other", Conflict;
    /// There are no backups in the folder (`folder`).
    PLACE_NONE = "backup.place_none", NotFound;
    /// The folder holds something else (`folder`).
    PLACE_OTHER = "backup.place_other", Conflict;
    /// Another command works on the folder (`folder`).
    PLACE_BUSY = "backup.place_busy", Busy;
    /// No backup is that old (`time`; `oldest`).
    BACKUP_NONE = "backup.none_then", NotFound;
    /// A backup's manifest is cut off or was changed (`file`).
    BACKUP_WRONG = "backup.manifest_wrong", Conflict;
    /// A chunk is missing (`file`).
    CHUNK_MISSING = "backup.chunk_missing", Conflict;
    /// A chunk is not as it was written (`file`).
    CHUNK_WRONG = "backup.chunk_wrong", Conflict;
    /// The folder to restore into holds something (`folder`).
    TARGET_FULL = "backup.target_full", Conflict;
    /// A time that cannot be read (`time`).
    TIME_UNREAL = "backup.time", BadInput;
}

use kernel::{Code, Error};
use std::path::Path;

/// An error about one file.
pub(crate) fn about(code: Code, file: &Path) -> Error {
    Error::new(code).arg("file", file.display().to_string())
}

/// The file system's own error about one file.
pub(crate) fn away(file: &Path) -> impl FnOnce(std::io::Error) -> Error {
    move |e| about(FILE_AWAY, file).because(e)
}
