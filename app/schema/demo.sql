-- reference table
CREATE TABLE demo_role (account TEXT PRIMARY KEY, n BIGINT NOT NULL);