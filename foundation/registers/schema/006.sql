-- A record that turned out to be another one's: the number of the record that goes on. Set and taken back
-- by acts on the item `merged_into`.
ALTER TABLE person ADD COLUMN merged_into TEXT;
-- Of a merged pair: which number goes on, and what the merging changed, so that it can be taken back.
ALTER TABLE person_pair ADD COLUMN kept TEXT;
ALTER TABLE person_pair ADD COLUMN undo TEXT;
