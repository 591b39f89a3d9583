-- Originals in custody, and their bytes in pieces: any process of the service restores what another has kept.
CREATE TABLE IF NOT EXISTS originals (
  tenant TEXT COLLATE "C" NOT NULL,
  verdict_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL, -- of its recipients
  why TEXT COLLATE "C" NOT NULL, -- hold, strip, unscored
  kept_at BIGINT NOT NULL, -- milliseconds since 1970 UTC
  size_bytes BIGINT NOT NULL,
  body TEXT NOT NULL, -- envelope, mailboxes
  restored_to TEXT NOT NULL DEFAULT '[]',
  claimed_until BIGINT NOT NULL DEFAULT 0, -- somebody delivers it
  PRIMARY KEY (tenant, verdict_id, key)
);
CREATE INDEX IF NOT EXISTS originals_by_time ON originals (kept_at);
CREATE INDEX IF NOT EXISTS originals_unscored ON originals (kept_at) WHERE why = 'unscored';

CREATE TABLE IF NOT EXISTS original_pieces (
  tenant TEXT COLLATE "C" NOT NULL,
  verdict_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  piece INTEGER NOT NULL, -- from 0
  bytes BYTEA NOT NULL,
  PRIMARY KEY (tenant, verdict_id, key, piece)
);

CREATE TABLE IF NOT EXISTS original_mailboxes (
  tenant TEXT COLLATE "C" NOT NULL,
  mailbox TEXT COLLATE "C" NOT NULL,
  verdict_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, mailbox, verdict_id, key)
);

-- How much all of them take.
INSERT INTO tidemark_state (name, value) VALUES ('originals_bytes', 0) ON CONFLICT DO NOTHING;
