-- Level 0 of the tree for entries that were sealed and dropped: the hashes of 256 leaves a row,
-- dense from 0.
-- shard key: none: part of the journal
CREATE TABLE journal_leaf_tile (
    n      BIGINT PRIMARY KEY,
    hashes BLOB NOT NULL
);
