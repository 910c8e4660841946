-- A generated province: one row while it is being made, so that a start that was cut off goes on
-- where it stood. shard key: none (one row)
CREATE TABLE generated (
    province TEXT PRIMARY KEY,
    seed     BIGINT NOT NULL,
    persons  BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    done_at  BIGINT
);
