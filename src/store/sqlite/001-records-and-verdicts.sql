-- What is known, one JSON value per record. id = tenant, mailbox, kind and key, joined by newlines: all records of a mailbox, and all of
-- one kind, stand side by side.
CREATE TABLE records (
  id TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  touched INTEGER NOT NULL -- serial number of the write, to show the latest first
) WITHOUT ROWID;

-- Lessons learned, so that none is learned twice.
CREATE TABLE lessons (
  tenant TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (tenant, mailbox, id)
) WITHOUT ROWID;

CREATE TABLE verdicts (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  received_at INTEGER NOT NULL, -- milliseconds since 1970 UTC
  action TEXT NOT NULL,
  body TEXT NOT NULL, -- LoggedVerdict
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX verdicts_by_time ON verdicts (tenant, received_at, id);

CREATE TABLE verdict_mailboxes (
  tenant TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (tenant, mailbox, received_at, id)
) WITHOUT ROWID;

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  role TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  secret_hash TEXT NOT NULL UNIQUE
) WITHOUT ROWID;
