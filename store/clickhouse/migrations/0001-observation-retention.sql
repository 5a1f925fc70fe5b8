-- Raw observations are kept for 30 days of captured time, the floor of the video regulation (Art. 17), and then
-- deleted by themselves. Partitions are days, so whole parts go and nothing is rewritten.
ALTER TABLE observation MODIFY TTL
  toDateTime(fromUnixTimestamp64Milli(capturedAtMs)) + INTERVAL 30 DAY;
ALTER TABLE observation MODIFY SETTING ttl_only_drop_parts = 1;
