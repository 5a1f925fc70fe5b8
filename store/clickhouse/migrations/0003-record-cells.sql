-- The H3 cell (resolution 9, about 350 m across) of every event and record, worked out once when the row is written:
-- candidate pairs then meet in an equi-join of integers. 0: no place.
ALTER TABLE record ADD COLUMN IF NOT EXISTS cell UInt64 MATERIALIZED
  if(lonDeg IS NULL AND JSONLength(spots) = 0, 0, geoToH3(
    ifNull(lonDeg, JSONExtractFloat(spots, 1, 'lonDeg')), ifNull(latDeg, JSONExtractFloat(spots, 1, 'latDeg')), 9));
ALTER TABLE scene_event ADD COLUMN IF NOT EXISTS cell UInt64 MATERIALIZED
  if(location IS NULL, 0, geoToH3(
    JSONExtractFloat(ifNull(location, ''), 'lonDeg'), JSONExtractFloat(ifNull(location, ''), 'latDeg'), 9));
