-- A word beside the given name is looked for among all names of the commune, which stand in `person_of_commune`;
-- where three words and more are beside it, the name has at least four, and those have an index. The indexes of
-- single words (013.sql) keep their names until no program in use needs them, and hold nothing.
DROP INDEX IF EXISTS person_long_name;
CREATE INDEX person_long_name ON person (commune, given_key, name_key, birth, pid)
    WHERE length(name_key) - length(replace(name_key, ' ', '')) >= 3;
DROP INDEX IF EXISTS person_surname;
CREATE INDEX person_surname ON person (pid) WHERE pid IS NULL;
DROP INDEX IF EXISTS person_second;
CREATE INDEX person_second ON person (pid) WHERE pid IS NULL;
DROP INDEX IF EXISTS person_before_given;
CREATE INDEX person_before_given ON person (pid) WHERE pid IS NULL;
