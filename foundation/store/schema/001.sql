-- The store's own tables. Instants are microseconds UTC.

-- The journal: append-only, numbered densely from 1 in the order of commits.
-- shard key: none: one order for the whole province, written by one sequencer
CREATE TABLE journal (
    seq      BIGINT PRIMARY KEY,
    id       TEXT NOT NULL,
    kind     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    place    TEXT,
    purpose  TEXT,
    dossier  TEXT,
    actor    TEXT NOT NULL,  -- JSON
    subjects TEXT NOT NULL,  -- JSON list of personal numbers
    body     TEXT NOT NULL,  -- JSON
    salt     BLOB NOT NULL,  -- 16 bytes for each of actor, subjects, body; zero once erased
    erased   TEXT,           -- JSON: the commitments of the erased parts
    leaf     BLOB NOT NULL   -- SHA-256 of the leaf, see journal/leaf.rs
);
CREATE UNIQUE INDEX journal_id ON journal (id);
CREATE INDEX journal_kind ON journal (kind, seq);
CREATE INDEX journal_dossier ON journal (dossier, seq) WHERE dossier IS NOT NULL;

-- Roots of complete subtrees of 256^level entries (C2SP tlog-tiles). Clustered.
-- shard key: none: part of the journal
CREATE TABLE journal_node (
    level BIGINT NOT NULL,
    n     BIGINT NOT NULL,
    hash  BLOB NOT NULL,
    PRIMARY KEY (level, n)
);

-- Which entries concern a person: programs before this one wrote it. Clustered.
-- shard key: none: part of the journal, written and read together with it
CREATE TABLE journal_subject (
    pid TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (pid, seq)
);

-- PostgreSQL: entries that are committed and wait for their number.
-- shard key: none: what waits for the one sequencer
CREATE TABLE journal_pending (
    tx       TEXT NOT NULL,   -- the first entry's id: entries of one transaction stay together
    n        BIGINT NOT NULL, -- their order in it
    id       TEXT NOT NULL,
    kind     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    place    TEXT,
    purpose  TEXT,
    dossier  TEXT,
    actor    TEXT NOT NULL,
    subjects TEXT NOT NULL,
    body     TEXT NOT NULL,
    salt     BLOB NOT NULL,
    PRIMARY KEY (at, tx, n)
);

-- How far each follower has come.
-- shard key: none: a few rows, places in the one journal
CREATE TABLE follower (
    name      TEXT PRIMARY KEY,
    cursor    BIGINT NOT NULL, -- the last entry whose effects are written
    rebuild   BIGINT NOT NULL, -- 1: it is to clear its tables and start again from 0
    failures  BIGINT NOT NULL, -- in a row
    error     TEXT,            -- of the last failure
    failed_at BIGINT
);

-- Work that may take long or fail.
-- shard key: none: a worker takes the next that is due of all, and FOR UPDATE SKIP LOCKED reaches one node
CREATE TABLE job (
    id          TEXT PRIMARY KEY, -- kind:key
    kind        TEXT NOT NULL,
    key         TEXT NOT NULL,
    payload     TEXT NOT NULL,    -- JSON; emptied when done
    state       TEXT NOT NULL,    -- waiting, running, done, dead
    due_at      BIGINT NOT NULL,  -- waiting: not before; running: until when the lease holds
    attempts    BIGINT NOT NULL,
    lease       TEXT,             -- which worker holds it
    cause       TEXT,             -- of the last failure
    created_at  BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX job_due ON job (state, due_at);
