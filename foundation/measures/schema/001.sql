-- Sums by place, indicator and period. Periods are text: 2026, 2026-11, 2026-11-23, 2026-11-23T09. Clustered.
-- shard key: place
CREATE TABLE measure_sum (
    place     TEXT NOT NULL,
    indicator TEXT NOT NULL,
    period    TEXT NOT NULL,
    value     BIGINT NOT NULL,
    as_of     BIGINT NOT NULL,
    PRIMARY KEY (place, indicator, period)
);
-- Counts of a distribution by bucket; the bucket's upper bound is 2^(bucket/4). Clustered.
-- shard key: place
CREATE TABLE measure_bucket (
    place     TEXT NOT NULL,
    indicator TEXT NOT NULL,
    period    TEXT NOT NULL,
    bucket    BIGINT NOT NULL,
    n         BIGINT NOT NULL,
    PRIMARY KEY (place, indicator, period, bucket)
);
