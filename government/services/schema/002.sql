-- Letters that belong to no dossier, such as an extract of the household book: one row for each that
-- was signed and given out.
-- shard key: pid
CREATE TABLE issued_letter (
    pid       TEXT NOT NULL,        -- who asked for it
    id        TEXT NOT NULL,
    letter    TEXT NOT NULL,        -- household-book
    subject   TEXT NOT NULL,        -- of what it is: the household, with the version of its book
    place     TEXT NOT NULL,        -- commune of the agency
    agency    TEXT NOT NULL,        -- its name, as the letter has it
    post      TEXT NOT NULL,        -- whose signature it carries
    number    TEXT NOT NULL,
    holder    TEXT NOT NULL,        -- name of whoever asked
    code      TEXT NOT NULL,        -- of the public verification page
    pdf       BLOB NOT NULL,
    hash      TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    PRIMARY KEY (pid, id)
);
CREATE INDEX issued_letter_code ON issued_letter (code);
CREATE INDEX issued_letter_hash ON issued_letter (hash);
CREATE INDEX issued_letter_newest ON issued_letter (pid, letter, signed_at);
CREATE INDEX dossier_letter_hash ON dossier_letter (hash) WHERE hash IS NOT NULL;
