-- Entries sealed into files elsewhere, dense from 1.
-- shard key: none: about the one journal of the province
CREATE TABLE journal_segment (
    first     BIGINT PRIMARY KEY,
    last      BIGINT NOT NULL,
    file      TEXT NOT NULL,   -- under the place it was sealed to: 2026-05/….jsonl.gz
    sha256    TEXT NOT NULL,   -- of the file, hexadecimal
    sealed_at BIGINT NOT NULL  -- microseconds UTC
);
