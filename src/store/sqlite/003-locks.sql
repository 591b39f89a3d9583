-- Links of stripped messages that lead to a page of ours. They go with their verdict.
CREATE TABLE locks (
  token TEXT PRIMARY KEY, -- whoever knows it may see the page
  tenant TEXT NOT NULL,
  verdict_id TEXT NOT NULL,
  received_at INTEGER NOT NULL, -- the message's, milliseconds since 1970 UTC, as are the other times
  url TEXT NOT NULL,
  host TEXT NOT NULL,
  first_opened_at INTEGER,
  last_gone_on_at INTEGER,
  opened_count INTEGER NOT NULL DEFAULT 0,
  gone_on_count INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX locks_by_verdict ON locks (tenant, verdict_id);
CREATE INDEX locks_by_time ON locks (received_at);
