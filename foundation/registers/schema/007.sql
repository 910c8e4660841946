-- Where a household lived before it moved as a whole: one row for each dwelling it has left, so that who
-- lived in a dwelling on a day is answered without looking at everybody. Clustered. shard key: household
CREATE TABLE household_moved (
    household   TEXT NOT NULL,
    n           BIGINT NOT NULL,   -- version of the household with which it left
    dwelling    TEXT NOT NULL,     -- the one it left
    until       TEXT NOT NULL,     -- the first day elsewhere
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (household, n)
);
CREATE INDEX household_moved_from ON household_moved (dwelling);
