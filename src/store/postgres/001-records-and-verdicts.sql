-- Plain tables, for PostgreSQL and what speaks like it: no extension, sequence, trigger or function. Every key begins with the tenant, then the
-- mailbox, so that tables can be distributed by them. "IF NOT EXISTS": not every engine undoes a migration that failed half-way.
-- Keys compare by bytes; where an engine knows no other way it has no name for it (migrate.ts).

-- What is known, one JSON value per record, as text: the same bytes as in every other store.
CREATE TABLE IF NOT EXISTS records (
  tenant TEXT COLLATE "C" NOT NULL,
  mailbox TEXT COLLATE "C" NOT NULL, -- '' for what the tenant as a whole knows
  kind TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL, -- one more with every write
  first_version BIGINT NOT NULL, -- from a clock, so that a record erased and written anew never has a version that it had
  touched BIGINT NOT NULL, -- when it was last written, milliseconds since 1970 UTC
  value TEXT NOT NULL,
  PRIMARY KEY (tenant, mailbox, kind, key)
);

-- Lessons learned, so that none is learned twice.
CREATE TABLE IF NOT EXISTS lessons (
  tenant TEXT COLLATE "C" NOT NULL,
  mailbox TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  learned BIGINT NOT NULL, -- milliseconds since 1970 UTC
  PRIMARY KEY (tenant, mailbox, id)
);

CREATE TABLE IF NOT EXISTS verdicts (
  tenant TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  received_at BIGINT NOT NULL, -- milliseconds since 1970 UTC
  action TEXT COLLATE "C" NOT NULL,
  body TEXT NOT NULL, -- the verdict as it was given
  observation TEXT, -- what its message teaches
  learn_at BIGINT, -- when; null once that is decided
  is_learned SMALLINT NOT NULL,
  feedback TEXT,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX IF NOT EXISTS verdicts_by_time ON verdicts (tenant, received_at, id);
CREATE INDEX IF NOT EXISTS verdicts_by_action ON verdicts (tenant, action, received_at, id);
CREATE INDEX IF NOT EXISTS verdicts_due ON verdicts (learn_at) WHERE learn_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS verdict_mailboxes (
  tenant TEXT COLLATE "C" NOT NULL,
  mailbox TEXT COLLATE "C" NOT NULL,
  received_at BIGINT NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, mailbox, received_at, id)
);

-- A handful of rows; not to be distributed, for a secret is looked up before its tenant is known.
CREATE TABLE IF NOT EXISTS api_keys (
  tenant TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  role TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  secret_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  PRIMARY KEY (tenant, id)
);
