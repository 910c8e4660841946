-- Tài khoản định danh: one account a person. The name is a copy for the page head and for lists of
-- staff; the register keeps the true one. shard key: id as account
CREATE TABLE account (
    id          TEXT PRIMARY KEY,
    pid         TEXT NOT NULL,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    level       BIGINT NOT NULL,
    state       TEXT NOT NULL,
    origin      TEXT NOT NULL,
    password    TEXT,
    password_at BIGINT,
    created_at  BIGINT NOT NULL,
    level_at    BIGINT NOT NULL,
    version     BIGINT NOT NULL
);
-- Which account a person has; its key is what makes «one account a person» true. shard key: pid
CREATE TABLE account_of (
    pid     TEXT PRIMARY KEY,
    account TEXT NOT NULL
);
-- Phiên đăng nhập. The secret of the cookie is kept as its SHA-256 only. shard key: account
CREATE TABLE session (
    account       TEXT NOT NULL,
    id            TEXT NOT NULL,
    secret        TEXT NOT NULL,
    level         BIGINT NOT NULL,
    how           TEXT NOT NULL,
    label         TEXT NOT NULL,
    device        TEXT,
    created_at    BIGINT NOT NULL,
    seen_at       BIGINT NOT NULL,
    fresh_at      BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    appointment   TEXT,
    acting        TEXT,
    acting_person TEXT,
    PRIMARY KEY (account, id),
    UNIQUE (account, secret)
);
CREATE INDEX session_expires ON session (expires_at);
-- Thiết bị đã biết: browsers on which this account has signed in. shard key: account
CREATE TABLE device (
    account  TEXT NOT NULL,
    id       TEXT NOT NULL,
    token    TEXT NOT NULL,
    label    TEXT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at  BIGINT NOT NULL,
    PRIMARY KEY (account, id),
    UNIQUE (account, token)
);
-- Khóa truy cập (passkey): the public half only. shard key: account
CREATE TABLE passkey (
    account    TEXT NOT NULL,
    id         TEXT NOT NULL,
    credential TEXT NOT NULL,
    data       TEXT NOT NULL,
    label      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT,
    PRIMARY KEY (account, id),
    UNIQUE (account, credential)
);
-- A passkey ceremony under way: taken once, dead after some minutes. shard key: id as ceremony
CREATE TABLE ceremony (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    account    TEXT,
    state      TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX ceremony_expires ON ceremony (expires_at);
-- Failed tries on one number from one origin (a known device, or an address prefix). shard key: pid
CREATE TABLE attempt (
    pid     TEXT NOT NULL,
    origin  TEXT NOT NULL,
    fails   BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (pid, origin)
);
CREATE INDEX attempt_last ON attempt (last_at);
-- Mã dùng một lần: activation, recovery, consent to be helped at the counter. At most one of each
-- use; kept as its SHA-256 only. shard key: account
CREATE TABLE one_time_code (
    account    TEXT NOT NULL,
    for_use    TEXT NOT NULL,
    code       TEXT NOT NULL,
    purpose    TEXT,
    issued_by  TEXT NOT NULL,
    issued_at  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account, for_use)
);
-- Cơ quan. Reference table.
CREATE TABLE agency (
    code    TEXT PRIMARY KEY,
    name_vi TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind    TEXT NOT NULL,
    place   TEXT NOT NULL
);
-- Phân công: one person in one post of one agency. valid_until is the first day without the post.
-- Reference table (some thousands of rows).
CREATE TABLE appointment (
    id          TEXT PRIMARY KEY,
    account     TEXT NOT NULL,
    agency      TEXT NOT NULL,
    post        TEXT NOT NULL,
    place       TEXT NOT NULL,
    valid_from  TEXT NOT NULL,
    valid_until TEXT,
    made_by     TEXT NOT NULL,
    made_at     BIGINT NOT NULL,
    ended_by    TEXT,
    ended_at    BIGINT
);
CREATE INDEX appointment_account ON appointment (account, valid_from);
CREATE INDEX appointment_post ON appointment (post, place);
-- Làm thay: who may act in whose matter, for what and until when. Looked up by person and by account
-- alike, seldom written. Reference table.
CREATE TABLE acting (
    person      TEXT NOT NULL,
    id          TEXT NOT NULL,
    person_name TEXT NOT NULL,
    account     TEXT NOT NULL,
    role        TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    confirmed   TEXT NOT NULL,
    agency      TEXT,
    from_at     BIGINT NOT NULL,
    until_at    BIGINT NOT NULL,
    ended_at    BIGINT,
    PRIMARY KEY (person, id)
);
CREATE INDEX acting_account ON acting (account, until_at);
