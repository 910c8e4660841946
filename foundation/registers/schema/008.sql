-- Communes that are merged into another one, each on a day: decisions that came after the map in the
-- program. Rows of people and addresses are not rewritten; what their code means on a day follows from
-- here. reference table
CREATE TABLE commune_merger (
    code        TEXT PRIMARY KEY,
    into_code   TEXT NOT NULL,
    first_day   TEXT NOT NULL,     -- on which it is part of the other one
    basis       TEXT NOT NULL,     -- the resolution, in one line
    recorded_at BIGINT NOT NULL
);
