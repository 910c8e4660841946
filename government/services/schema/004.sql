-- A dossier lies in the index of those that are open, and once ended in that of the ended: the first stays as small
-- as the work that waits, however many have ended.
DROP INDEX IF EXISTS dossier_desk;
CREATE INDEX dossier_desk ON dossier (place, due_at) WHERE done_at IS NULL;
CREATE INDEX dossier_ended ON dossier (place, done_at) WHERE done_at IS NOT NULL;
DROP INDEX IF EXISTS dossier_due;
CREATE INDEX dossier_due ON dossier (due_at) WHERE done_at IS NULL;
