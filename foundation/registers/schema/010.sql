-- Who has read a person's data for one dossier: shown on the dossier's own page.
CREATE INDEX access_record_of_dossier ON access_record (pid, dossier, seq) WHERE dossier IS NOT NULL;
