-- The newest notices come out of the primary key (inbox.rs). Until no program in use needs this index it keeps its
-- name, and holds nothing.
DROP INDEX IF EXISTS inbox_newest;
CREATE INDEX inbox_newest ON inbox (pid, at) WHERE id IS NULL;
