-- Originals in custody. Their bytes are files beside this one: a write of 50 MB here would stop everything else.
CREATE TABLE originals (
  tenant TEXT NOT NULL,
  verdict_id TEXT NOT NULL,
  key TEXT NOT NULL, -- of its recipients
  why TEXT NOT NULL, -- hold, strip, unscored
  kept_at INTEGER NOT NULL, -- milliseconds since 1970 UTC
  size_bytes INTEGER NOT NULL,
  body TEXT NOT NULL, -- envelope, mailboxes
  restored_to TEXT NOT NULL DEFAULT '[]',
  claimed_until INTEGER NOT NULL DEFAULT 0, -- somebody delivers it
  file TEXT NOT NULL UNIQUE,
  PRIMARY KEY (tenant, verdict_id, key)
);
CREATE INDEX originals_by_time ON originals (kept_at);
CREATE INDEX originals_unscored ON originals (kept_at) WHERE why = 'unscored';

CREATE TABLE original_mailboxes (
  tenant TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  verdict_id TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (tenant, mailbox, verdict_id, key)
) WITHOUT ROWID;

-- One row: how much all of them take.
CREATE TABLE originals_total (bytes INTEGER NOT NULL);
INSERT INTO originals_total (bytes) VALUES (0);
