-- Dossiers and what belongs to them. shard key of all dossier tables: dossier.
-- shard key: dossier
CREATE TABLE dossier (
    dossier     TEXT PRIMARY KEY,   -- the public code
    procedure   TEXT NOT NULL,
    version     BIGINT NOT NULL,    -- of the procedure file it was filed under
    case_id     TEXT NOT NULL,
    state       TEXT NOT NULL,
    channel     TEXT NOT NULL,      -- online, counter, assisted
    applicant   TEXT NOT NULL,      -- pid
    filed_by    TEXT NOT NULL,      -- account that pressed the button
    agency      TEXT NOT NULL,
    place       TEXT NOT NULL,      -- commune that decides
    sort_name   TEXT NOT NULL,      -- applicant's name as a search key, for the desk's queue
    name        TEXT NOT NULL,
    known       TEXT NOT NULL,      -- facts as read at filing, JSON
    answers     TEXT NOT NULL,      -- answers, JSON
    fee_vnd     BIGINT NOT NULL,
    fee_row     TEXT NOT NULL,
    paid_at     BIGINT,
    filed_at    BIGINT NOT NULL,
    accepted_at BIGINT,
    due_at      BIGINT,             -- derived from the ledger, kept for the queue's order
    state_at    BIGINT NOT NULL,
    done_at     BIGINT,
    late_told   BIGINT NOT NULL,    -- 1 once the late letter has been sent
    warned      BIGINT NOT NULL,    -- bit set of warnings already sent
    supplements BIGINT NOT NULL,    -- how many times more was asked
    row_version BIGINT NOT NULL
);
CREATE INDEX dossier_desk ON dossier (place, done_at, due_at);
CREATE INDEX dossier_applicant ON dossier (applicant, filed_at);
CREATE INDEX dossier_filed_by ON dossier (filed_by, filed_at);
CREATE INDEX dossier_due ON dossier (done_at, due_at);
-- shard key: dossier
CREATE TABLE dossier_clock (
    dossier TEXT NOT NULL,
    n       BIGINT NOT NULL,
    what    TEXT NOT NULL,          -- start, stop, resume
    at      BIGINT NOT NULL,
    reason  TEXT NOT NULL,
    PRIMARY KEY (dossier, n)
);
-- shard key: dossier
CREATE TABLE dossier_act (
    dossier     TEXT NOT NULL,
    n           BIGINT NOT NULL,
    action      TEXT NOT NULL,
    from_state  TEXT NOT NULL,
    to_state    TEXT NOT NULL,
    at          BIGINT NOT NULL,
    account     TEXT NOT NULL,
    person      TEXT,
    name        TEXT NOT NULL,
    post        TEXT,
    agency      TEXT,
    note        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    basis       TEXT NOT NULL,
    PRIMARY KEY (dossier, n)
);
-- shard key: dossier
CREATE TABLE dossier_consent (
    dossier     TEXT NOT NULL,
    consent     TEXT NOT NULL,      -- id in the procedure file
    person      TEXT NOT NULL,
    token       TEXT NOT NULL,      -- address of the page that asks
    state       TEXT NOT NULL,      -- asked, given, refused
    asked_at    BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    answered_at BIGINT,
    note        TEXT NOT NULL,
    PRIMARY KEY (dossier, consent, person)
);
CREATE INDEX dossier_consent_token ON dossier_consent (token);
-- shard key: dossier
CREATE TABLE dossier_file (
    dossier  TEXT NOT NULL,
    file     TEXT NOT NULL,
    evidence TEXT NOT NULL,
    name     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    bytes    BIGINT NOT NULL,
    hash     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (dossier, file)
);
-- Uploaded bytes, encrypted, by the hash of their content.
-- shard key: hash
CREATE TABLE upload (
    hash   TEXT PRIMARY KEY,
    sealed BLOB NOT NULL,
    at     BIGINT NOT NULL
);
-- shard key: dossier
CREATE TABLE dossier_payment (
    dossier   TEXT NOT NULL,
    n         BIGINT NOT NULL,
    vnd       BIGINT NOT NULL,
    method    TEXT NOT NULL,        -- bank, cash, demo-bank
    reference TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (dossier, n)
);
-- shard key: dossier
CREATE TABLE dossier_letter (
    dossier  TEXT NOT NULL,
    letter   TEXT NOT NULL,         -- result, refusal, receipt, supplement, late
    n        BIGINT NOT NULL,
    template TEXT NOT NULL,
    data     TEXT NOT NULL,         -- what the template was given, JSON
    code     TEXT NOT NULL,         -- of the public verification page
    signer   TEXT NOT NULL,
    pdf      BLOB,
    hash     TEXT,
    at       BIGINT NOT NULL,
    signed_at BIGINT,
    PRIMARY KEY (dossier, letter, n)
);
CREATE INDEX dossier_letter_code ON dossier_letter (code);
-- The daily serial of dossier codes.
-- shard key: place
CREATE TABLE dossier_serial (
    place  TEXT NOT NULL,
    day    TEXT NOT NULL,
    serial BIGINT NOT NULL,
    PRIMARY KEY (place, day)
);
-- What a person has typed but not sent.
-- shard key: pid
CREATE TABLE draft (
    pid       TEXT NOT NULL,
    procedure TEXT NOT NULL,
    answers   TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (pid, procedure)
);
-- The same form sent twice gives the same dossier.
-- shard key: pid
CREATE TABLE form_sent (
    pid     TEXT NOT NULL,
    form    TEXT NOT NULL,
    dossier TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (pid, form)
);
-- Notices to a person.
-- shard key: pid
CREATE TABLE inbox (
    pid     TEXT NOT NULL,
    id      TEXT NOT NULL,
    at      BIGINT NOT NULL,
    kind    TEXT NOT NULL,
    args    TEXT NOT NULL,
    link    TEXT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (pid, id)
);
CREATE INDEX inbox_newest ON inbox (pid, at);
