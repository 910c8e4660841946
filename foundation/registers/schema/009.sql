-- Finding people by the other words of their names: the surname, the word in front of the given name, the
-- second of four or more; and the few with five words or more. Everything a search looks at stands in the
-- index. The expressions are those of search/ways.rs. ltrim and rtrim with all letters of the name take
-- away a word, from the left and from the right.
CREATE INDEX person_surname ON person (
    commune,
    substr(name_key, 1, length(name_key) - length(ltrim(name_key, replace(name_key, ' ', '')))),
    given_key, name_key, birth, pid
);
CREATE INDEX person_before_given ON person (
    commune,
    substr(
        rtrim(rtrim(name_key, replace(name_key, ' ', '')), ' '),
        length(rtrim(rtrim(rtrim(name_key, replace(name_key, ' ', '')), ' '), replace(name_key, ' ', ''))) + 1
    ),
    given_key, name_key, birth, pid
);
CREATE INDEX person_second ON person (
    commune,
    substr(
        ltrim(ltrim(name_key, replace(name_key, ' ', '')), ' '),
        1,
        length(ltrim(ltrim(name_key, replace(name_key, ' ', '')), ' '))
            - length(ltrim(ltrim(ltrim(name_key, replace(name_key, ' ', '')), ' '), replace(name_key, ' ', '')))
    ),
    given_key, name_key, birth, pid
) WHERE length(name_key) - length(replace(name_key, ' ', '')) >= 3;
CREATE INDEX person_long_name ON person (commune, given_key, name_key, birth, pid)
    WHERE length(name_key) - length(replace(name_key, ' ', '')) >= 4;
-- Addresses: the id stands in the index too, so that looking through a commune's addresses reads no rows.
DROP INDEX IF EXISTS dwelling_address;
CREATE INDEX dwelling_address ON dwelling (commune, line_key, id);
