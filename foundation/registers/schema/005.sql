-- Two records that may be one person: found by comparing, looked at by an officer, decided once.
-- `a` is the smaller number. shard key: a as pid
CREATE TABLE person_pair (
    a          TEXT NOT NULL,
    b          TEXT NOT NULL,
    id         TEXT NOT NULL,       -- for addresses: numbers of people never stand there
    place      TEXT NOT NULL,       -- commune whose officers look at it; empty where neither lives
    score      BIGINT NOT NULL,
    signs      TEXT NOT NULL,       -- JSON: codes of what agrees and what does not
    state      TEXT NOT NULL,       -- open, apart
    found_at   BIGINT NOT NULL,
    decided_at BIGINT,
    agency     TEXT,
    post       TEXT,
    basis      TEXT,                -- why, in the officer's words
    version    BIGINT NOT NULL,
    PRIMARY KEY (a, b)
);
CREATE INDEX person_pair_to_do ON person_pair (place, state, score, id);
CREATE INDEX person_pair_id ON person_pair (id);
