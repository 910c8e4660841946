-- A copy of another database that is being made here. Whoever opens it before its end is refused.
-- shard key: none: one row
CREATE TABLE database_copy (
    source   TEXT PRIMARY KEY,  -- entries and root of the journal that is copied
    begun_at BIGINT NOT NULL,
    done_at  BIGINT
);
