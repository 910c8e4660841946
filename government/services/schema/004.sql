-- A dossier lies in the index of those that are open, and once ended in that of the ended: the first stays as small
-- as the work that waits, however many have ended.
DROP INDEX IF EXISTS dossier_desk;
CREATE INDEX dossier_open ON dossier (place, due_at) WHERE done_at IS NULL;
CREATE INDEX dossier_ended ON dossier (place, done_at) WHERE done_at IS NOT NULL;
DROP INDEX IF EXISTS dossier_due;
CREATE INDEX dossier_open_due ON dossier (due_at) WHERE done_at IS NULL;
-- Ids are in the order of time: the primary key gives the newest notices first.
DROP INDEX IF EXISTS inbox_newest;
