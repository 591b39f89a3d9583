-- Links of stripped messages that lead to a page of ours. They go with their verdict. A page is asked for by the token alone: its index has no tenant.
CREATE TABLE IF NOT EXISTS locks (
  tenant TEXT COLLATE "C" NOT NULL,
  verdict_id TEXT COLLATE "C" NOT NULL,
  token TEXT COLLATE "C" NOT NULL, -- whoever knows it may see the page
  received_at BIGINT NOT NULL, -- the message's, milliseconds since 1970 UTC, as are the other times
  url TEXT NOT NULL,
  host TEXT COLLATE "C" NOT NULL,
  first_opened_at BIGINT,
  last_gone_on_at BIGINT,
  opened_count INTEGER NOT NULL DEFAULT 0,
  gone_on_count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, verdict_id, token)
);
CREATE INDEX IF NOT EXISTS locks_by_token ON locks (token);
CREATE INDEX IF NOT EXISTS locks_by_time ON locks (received_at);
