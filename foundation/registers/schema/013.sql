-- The words of a name by where the first space stands, which costs half of what taking letters away does: the
-- second word answers for names of three words, the one in front of the given name (012.sql) only for those
-- of four and more. `instr` is `strpos` on PostgreSQL. The expressions are those of search/ways.rs.
DROP INDEX IF EXISTS person_surname;
CREATE INDEX person_surname ON person (
    commune, substr(name_key, 1, instr(name_key || ' ', ' ') - 1), given_key, name_key, birth, pid
);
DROP INDEX IF EXISTS person_second;
CREATE INDEX person_second ON person (
    commune,
    substr(
        substr(name_key, instr(name_key, ' ') + 1),
        1,
        instr(substr(name_key, instr(name_key, ' ') + 1) || ' ', ' ') - 1
    ),
    given_key, name_key, birth, pid
);
DROP INDEX IF EXISTS person_before_given;
CREATE INDEX person_before_given ON person (
    commune,
    substr(
        rtrim(substr(name_key, 1, length(name_key) - length(given_key)), ' '),
        length(
            rtrim(
                rtrim(substr(name_key, 1, length(name_key) - length(given_key)), ' '),
                replace(name_key, ' ', '')
            )
        ) + 1
    ),
    given_key, name_key, birth, pid
) WHERE length(name_key) - length(replace(name_key, ' ', '')) >= 3;
