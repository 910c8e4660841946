-- Notices that nobody has read yet: every page of a person counts them.
CREATE INDEX inbox_unread ON inbox (pid, link) WHERE read_at IS NULL;
