-- What passed each camera by hour and class: stays when the raw observations are gone, and answers a district's
-- day in milliseconds. Read it with sum(observations) and uniqMerge(tracks).
CREATE TABLE IF NOT EXISTS observation_hourly (
  cameraId LowCardinality(String),
  hourStart DateTime('UTC'),
  className LowCardinality(String),
  observations SimpleAggregateFunction(sum, UInt64),
  tracks AggregateFunction(uniq, String)
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hourStart)
ORDER BY (cameraId, hourStart, className)
TTL hourStart + INTERVAL 400 DAY
SETTINGS non_replicated_deduplication_window = 10000;
CREATE MATERIALIZED VIEW IF NOT EXISTS observation_hourly_feed TO observation_hourly AS
SELECT
  cameraId,
  toStartOfHour(toDateTime(fromUnixTimestamp64Milli(capturedAtMs), 'UTC')) AS hourStart,
  className,
  count() AS observations,
  uniqState(trackId) AS tracks
FROM observation
GROUP BY cameraId, hourStart, className;
