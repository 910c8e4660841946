-- A person's log by others, and what was refused, newest first and without their own readings in between.
DROP INDEX IF EXISTS access_record_of_others;
CREATE INDEX access_record_of_others ON access_record (pid, seq) WHERE who <> 'self';
CREATE INDEX access_record_refused_of ON access_record (pid, seq) WHERE outcome = 'refused';
