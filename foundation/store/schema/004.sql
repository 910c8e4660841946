-- By kind are found entries of the program itself only, as when the newest backup was made: of those that concern
-- a person or a dossier there are ten million a day, and nobody asks for them by their kind.
DROP INDEX IF EXISTS journal_kind;
CREATE INDEX journal_kind ON journal (kind, seq) WHERE dossier IS NULL AND subjects = '[]';
