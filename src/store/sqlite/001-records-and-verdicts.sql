-- Wide rows stand in rowid tables: WITHOUT ROWID would move them whenever their neighbours grow (more than half of the cost of learning,
-- measured).

-- What is known, one JSON value per record. id = tenant, mailbox, kind and key, joined by newlines: all records of a mailbox, and all of
-- one kind, stand side by side in the index.
CREATE TABLE records (
  id TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  touched INTEGER NOT NULL -- when it was last written, milliseconds since 1970 UTC
);

-- Lessons learned, so that none is learned twice.
CREATE TABLE lessons (
  tenant TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  id TEXT NOT NULL,
  learned INTEGER NOT NULL, -- milliseconds since 1970 UTC
  PRIMARY KEY (tenant, mailbox, id)
) WITHOUT ROWID;

CREATE TABLE verdicts (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  received_at INTEGER NOT NULL, -- milliseconds since 1970 UTC
  action TEXT NOT NULL,
  body TEXT NOT NULL, -- the verdict as it was given
  observation TEXT, -- what its message teaches
  learn_at INTEGER, -- when; null once that is decided
  is_learned INTEGER NOT NULL,
  feedback TEXT,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX verdicts_by_time ON verdicts (tenant, received_at, id);
CREATE INDEX verdicts_by_action ON verdicts (tenant, action, received_at, id);
CREATE INDEX verdicts_due ON verdicts (learn_at) WHERE learn_at IS NOT NULL;

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
);
