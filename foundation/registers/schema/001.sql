-- Population: one wide row a person (what holds today) and the acts it follows from. Items that are
-- objects are JSON. shard key: pid
CREATE TABLE person (
    pid                TEXT PRIMARY KEY,
    version            BIGINT NOT NULL,  -- the number of the newest act
    name_key           TEXT NOT NULL,    -- whole name, for search
    given_key          TEXT NOT NULL,    -- given name, for search
    commune            TEXT,             -- of permanent residence: what access rules look at
    stay_commune       TEXT,             -- of temporary residence
    household          TEXT,
    stay_household     TEXT,
    disputed           TEXT,             -- ids of items the person disputes, JSON
    name               TEXT NOT NULL,
    other_name         TEXT,
    birth              TEXT NOT NULL,    -- YYYY-MM-DD, or YYYY-MM, or YYYY
    sex                TEXT NOT NULL,    -- male, female, other
    birth_place        TEXT,
    birth_registration TEXT,
    native_place       TEXT,
    ethnic             TEXT,
    religion           TEXT,
    nationality        TEXT,
    blood              TEXT,
    old_id             TEXT,
    card               TEXT,
    relatives          TEXT,
    permanent          TEXT,
    temporary          TEXT,
    abode              TEXT,
    absence            TEXT,
    residence_file     TEXT,
    marital            TEXT,
    relation           TEXT,
    death              TEXT,
    contact            TEXT,
    other              TEXT
);
CREATE INDEX person_of_commune ON person (commune, given_key);
CREATE INDEX person_staying ON person (stay_commune, given_key) WHERE stay_commune IS NOT NULL;
-- Append-only. item '*' is the first record: its values stand in the row until an item changes;
-- then the item's first value becomes an act too.
-- Clustered. shard key: pid
CREATE TABLE person_act (
    pid         TEXT NOT NULL,
    n           BIGINT NOT NULL,
    item        TEXT NOT NULL,
    old         TEXT,
    new         TEXT,
    true_from   TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    act         TEXT NOT NULL,     -- what was done: the journal's kind, or where the record came from
    basis       TEXT,              -- the paper or decision it rests on
    agency      TEXT,
    post        TEXT,
    dossier     TEXT,
    PRIMARY KEY (pid, n)
);
-- What a person says is wrong. shard key: pid
CREATE TABLE person_dispute (
    pid         TEXT NOT NULL,
    item        TEXT NOT NULL,
    raised_at   BIGINT NOT NULL,
    dossier     TEXT,
    settled_at  BIGINT,
    outcome     TEXT,              -- corrected, upheld, withdrawn
    PRIMARY KEY (pid, item, raised_at)
);
-- Places where people live. Clustered. Reference table: households, residences and searches join it, each
-- by another key; far fewer rows than people.
CREATE TABLE dwelling (
    id        TEXT PRIMARY KEY,
    commune   TEXT NOT NULL,
    line      TEXT NOT NULL,       -- house number, street, hamlet
    line_key  TEXT NOT NULL,
    kind      TEXT NOT NULL,       -- home, rented, dormitory, care, worship, lodging
    owner     TEXT,                -- pid
    owner_org TEXT,                -- name of an organisation that owns it
    title     TEXT,                -- land data, JSON; NULL: not known
    version   BIGINT NOT NULL
);
CREATE INDEX dwelling_address ON dwelling (commune, line_key);
-- Clustered. shard key: id as household
CREATE TABLE household (
    id        TEXT PRIMARY KEY,
    dwelling  TEXT NOT NULL,
    file      TEXT NOT NULL,       -- số hồ sơ cư trú
    kind      TEXT NOT NULL,       -- family, collective
    head      TEXT,                -- pid; NULL: collective, or waiting for a new head
    opened_on TEXT NOT NULL,
    closed_on TEXT,
    version   BIGINT NOT NULL      -- grows with every change a member can see
);
CREATE INDEX household_in_dwelling ON household (dwelling);
CREATE INDEX household_file ON household (file);
-- Who is a member, in which relation; a changed relation is a new row. Clustered.
-- shard key: household
CREATE TABLE household_member (
    household   TEXT NOT NULL,
    n           BIGINT NOT NULL,   -- version of the household at which the row began
    pid         TEXT NOT NULL,
    kind        TEXT NOT NULL,     -- permanent, temporary
    relation    TEXT NOT NULL,
    since       TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    left_on     TEXT,
    left_recorded_at BIGINT,
    PRIMARY KEY (household, n, pid)
);
-- The history lines of the household book. Clustered. shard key: household
CREATE TABLE household_event (
    household TEXT NOT NULL,
    version   BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    kind      TEXT NOT NULL,
    pid       TEXT,                -- the member concerned
    detail    TEXT NOT NULL,       -- JSON
    agency    TEXT,
    dossier   TEXT,
    PRIMARY KEY (household, version)
);
-- Registrations and notices of residence. Clustered. shard key: pid
CREATE TABLE residence (
    pid         TEXT NOT NULL,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,     -- permanent, temporary, absence, stay
    commune     TEXT,
    dwelling    TEXT,
    household   TEXT,
    since       TEXT NOT NULL,
    until       TEXT,
    ended_on    TEXT,
    ended_by    TEXT,              -- why it ended
    detail      TEXT NOT NULL,     -- JSON
    dossier     TEXT,
    recorded_at BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    PRIMARY KEY (pid, id)
);
CREATE INDEX residence_until ON residence (kind, until) WHERE ended_on IS NULL AND until IS NOT NULL;
-- Which people an open dossier names, so that its officers may read them. shard key: dossier
CREATE TABLE case_subject (
    dossier   TEXT NOT NULL,
    pid       TEXT NOT NULL,
    purpose   TEXT NOT NULL,
    place     TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    PRIMARY KEY (dossier, pid)
);
-- Who read a person's data: a view of the journal, kept by a follower. shard key: pid
CREATE TABLE access_record (
    pid          TEXT NOT NULL,
    seq          BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    visible_from BIGINT NOT NULL,
    outcome      TEXT NOT NULL,    -- read, refused
    who          TEXT NOT NULL,    -- self, member, representative, post, person, system
    what         TEXT NOT NULL,    -- record, dwelling, search, book, history, log
    agency       TEXT,
    agency_vi    TEXT,
    agency_en    TEXT,
    post         TEXT,
    post_vi      TEXT,
    post_en      TEXT,
    purpose      TEXT NOT NULL,
    items        TEXT NOT NULL,    -- ids, JSON
    dossier      TEXT,
    PRIMARY KEY (pid, seq)
);
CREATE INDEX access_record_of_others ON access_record (pid, who, seq);
