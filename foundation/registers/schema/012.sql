-- The word in front of the given name, by what is left of the name without the given name, which every name
-- key ends with: half the work of the expression before (009.sql).
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
);
