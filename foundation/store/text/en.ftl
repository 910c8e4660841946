error-store-database-newer = This database was made by a newer version of the program. Run the newer version; nothing has been changed.
error-store-database-damaged = The database file is damaged, or is no database of this program. Restore it from the last backup; the file has not been changed.
error-store-database-url = A database address starts with “sqlite:” or “postgres://”.
error-store-no-space = The disk is full or cannot be written, so nothing was saved. Try again in a few minutes; what you typed is still there.
error-store-queue-full = Too many people are sending at once. Wait a few seconds and send again; what you typed is still there.
error-store-away = The database cannot be reached right now. Try again in a few minutes; nothing has been changed.
error-store-constraint = This has been recorded before. Load the page again to see it.
error-store-schema-changed = This database was made by a different version of the program and its tables do not match. Run the version that made it, or start a new database; nothing has been changed.
