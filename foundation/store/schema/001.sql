-- The journal: append-only, numbered densely in the order of commits. Reference order for all
-- views. Shard key: none (one sequence for the province; sealed by month on large installations).
CREATE TABLE journal (
    seq      BIGINT PRIMARY KEY,
    id       TEXT NOT NULL,
    kind     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    place    TEXT,
    actor    TEXT NOT NULL,
    purpose  TEXT,
    subjects TEXT NOT NULL,
    dossier  TEXT,
    body     TEXT NOT NULL
);
CREATE UNIQUE INDEX journal_id ON journal (id);
CREATE INDEX journal_dossier ON journal (dossier, seq);
