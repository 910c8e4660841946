-- Finding people: name and birth stand in the index, so that looking through a whole commune reads no
-- rows of people.
DROP INDEX IF EXISTS person_of_commune;
CREATE INDEX person_of_commune ON person (commune, given_key, name_key, birth, pid);
DROP INDEX IF EXISTS person_staying;
CREATE INDEX person_staying ON person (stay_commune, given_key, name_key, birth, pid)
    WHERE stay_commune IS NOT NULL;
-- Indexes that a long load has put away and has to make again; empty in between.
-- shard key: none (a few rows)
CREATE TABLE index_away (
    name TEXT PRIMARY KEY
);
-- Lists of people taken over from elsewhere: one row a run. A run that was cut off goes on at `position`.
-- shard key: none (a few rows)
CREATE TABLE import_run (
    id         TEXT PRIMARY KEY,
    file_hash  TEXT NOT NULL,       -- SHA-256 of the file
    file       TEXT NOT NULL,       -- its name, without folders
    bytes      BIGINT NOT NULL,
    format     TEXT NOT NULL,       -- csv, jsonl, xml
    encoding   TEXT NOT NULL,
    source     TEXT NOT NULL,       -- whose list it is
    certainty  TEXT NOT NULL,       -- confirmed, stated, doubtful
    whole      BIGINT NOT NULL,     -- 1: all rows or none
    state      TEXT NOT NULL,       -- checking, writing, done, refused
    position   BIGINT NOT NULL,     -- byte at which the next row begins
    line       BIGINT NOT NULL,     -- the line there
    rows_read  BIGINT NOT NULL,
    added      BIGINT NOT NULL,
    filled     BIGINT NOT NULL,     -- persons some of whose empty items were filled in
    same       BIGINT NOT NULL,
    disputed   BIGINT NOT NULL,     -- persons about whom the list says something else
    bad        BIGINT NOT NULL,
    remarks    BIGINT NOT NULL,
    begun_at   BIGINT NOT NULL,
    done_at    BIGINT
);
CREATE INDEX import_run_of_file ON import_run (file_hash);
-- What was wrong with, or worth saying about, rows of a list: where, never what. Clustered.
-- shard key: run
CREATE TABLE import_remark (
    run    TEXT NOT NULL,
    line   BIGINT NOT NULL,
    n      BIGINT NOT NULL,         -- in the order of their finding
    item   TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (run, line, n)
);
-- What another source says of a person where the register says otherwise; the item is then disputed.
-- shard key: pid
CREATE TABLE person_claim (
    pid         TEXT NOT NULL,
    item        TEXT NOT NULL,
    hash        TEXT NOT NULL,      -- of source and value: the same said twice is one claim
    value       TEXT NOT NULL,      -- JSON
    source      TEXT NOT NULL,
    certainty   TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    run         TEXT NOT NULL,
    PRIMARY KEY (pid, item, hash)
);
-- How sure an act is of what it says: confirmed (or empty: an authority's own act), stated, doubtful.
ALTER TABLE person_act ADD COLUMN certainty TEXT;
