-- The auditor's list of refused readings, over all people.
CREATE INDEX access_record_refused ON access_record (seq) WHERE outcome = 'refused';
