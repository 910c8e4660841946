error-store-database-newer = This database was made by a newer version of the program. Run the newer version; nothing has been changed.
error-store-database-damaged = The database file is damaged, or is no database of this program. Restore it from the last backup; the file has not been changed.
error-store-database-url = A database address starts with “sqlite:” or “postgres://”.
error-store-no-space = The disk is full or cannot be written, so nothing was saved. Try again in a few minutes; what you typed is still there.
error-store-queue-full = Too many people are sending at once. Wait a few seconds and send again; what you typed is still there.
error-store-away = The database cannot be reached right now. Try again in a few minutes; nothing has been changed.
error-store-constraint = This has been recorded before. Load the page again to see it.
error-store-schema-changed = This database was made by a different version of the program and its tables do not match. Run the version that made it, or start a new database; nothing has been changed.
error-store-journal-damaged = Entries or hashes of the journal are missing in the database. Stop writing, run “lienthong journal verify” to see where, and compare with the backup.
error-store-journal-dropped = The journal’s entries 1 to { $n } were sealed and are no longer in the database. An operator can bring them back with “lienthong journal restore”; then try again.
error-store-journal-kept = Entries can be dropped only up to number { $n }: later ones do not fill 256, are needed for the numbering, or a follower has not seen them yet. Wait for the followers and try again.
error-store-journal-foreign = The entries from number { $n } in the sealed file are not those that were dropped from this database. Use the right file; nothing has been changed.

store-fault-missing = Entry { $n } is missing.
store-fault-changed = Entry { $n } is no longer as it was recorded.
store-fault-tree = Hash { $n } on level { $level } of the tree is missing or wrong.
store-fault-subjects = The index of people does not agree with entry { $n }.
