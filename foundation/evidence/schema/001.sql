-- Signed statements about the journal (C2SP tlog-checkpoint). Instants are microseconds UTC.

-- Checkpoints that were signed and published, and those that contradict this journal, as evidence.
-- shard key: none: about the one journal of the province
CREATE TABLE journal_checkpoint (
    size   BIGINT NOT NULL,  -- entries of the tree
    root   BLOB NOT NULL,    -- its root hash
    at     BIGINT NOT NULL,
    note   TEXT NOT NULL,    -- the signed note
    forked BIGINT NOT NULL,  -- 1: it speaks of another history than the one that goes on here
    PRIMARY KEY (size, root)
);
CREATE INDEX journal_checkpoint_at ON journal_checkpoint (at);
