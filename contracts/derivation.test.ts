import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  allTables,
  allTopics,
  BoxNorm,
  column,
  columnsOf,
  commands,
  createTableSql,
  fromRow,
  observationTable,
  officialRecords,
  openApiSchemas,
  partitionsOf,
  sceneEvents,
  sceneEventTable,
  table,
  toRows,
} from './index.ts';

const Passage = z
  .strictObject({
    cameraId: z.string().register(column, { type: 'LowCardinality(String)' }),
    atMs: z.int(),
    speedKmh: z.number().nullable(),
    isNight: z.boolean(),
    direction: z.enum(['in', 'out']).nullable(),
    labels: z.array(z.string()),
    box: BoxNorm.nullable(),
    stops: z.array(z.strictObject({ fromMs: z.int() })),
    scratch: z.string().register(column, { type: false }).optional(),
  })
  .meta({ id: 'TestPassage' });
const passages = table({
  name: 'passage',
  schema: Passage,
  orderBy: ['cameraId', 'atMs'],
  versionBy: 'atMs',
});

test('the table of a record follows from its schema alone', () => {
  expect(createTableSql(passages)).toMatchInlineSnapshot(`
    "CREATE TABLE IF NOT EXISTS passage (
      cameraId LowCardinality(String),
      atMs Int64,
      speedKmh Nullable(Float64),
      isNight Bool,
      direction LowCardinality(Nullable(String)),
      labels Array(String),
      box Nullable(String),
      stops String
    ) ENGINE = ReplacingMergeTree(atMs)
    ORDER BY (cameraId, atMs)"
  `);
});

test('adding a field to a schema is the one edit that its table, rows and API type need', () => {
  const More = Passage.extend({ axles: z.int() }).meta({ id: 'TestPassageWithAxles' });
  const wider = table({ ...passages, schema: More });
  expect(columnsOf(wider).map(({ name }) => name)).toEqual([
    ...columnsOf(passages).map(({ name }) => name),
    'axles',
  ]);
  expect(createTableSql(wider)).toContain('axles Int64');
  expect(openApiSchemas()['TestPassageWithAxles']).toHaveProperty('properties.axles.type', 'integer');
});

test('any record comes back from its row as it was', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const passage = fc.record({
    cameraId: fc.string(),
    atMs: fc.nat(),
    speedKmh: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    isNight: fc.boolean(),
    direction: fc.constantFrom('in' as const, 'out' as const, null),
    labels: fc.array(fc.string()),
    box: fc.option(fc.record({ xNorm: share, yNorm: share, wNorm: share, hNorm: share })),
    stops: fc.array(fc.record({ fromMs: fc.nat() })),
  });
  fc.assert(
    fc.property(passage, (record) => {
      const [row] = toRows(passages, record);
      // What a server sends back went through JSON, with 64-bit integers as text.
      const sent = JSON.parse(JSON.stringify({ ...row, atMs: String(record.atMs) }));
      expect(fromRow(passages, sent)).toEqual(JSON.parse(JSON.stringify(record)));
    }),
  );
});

test('an observation becomes one row per detection', () => {
  const detection = {
    className: 'person' as const,
    confidence: 0.9,
    xNorm: 0.1,
    yNorm: 0.2,
    wNorm: 0.1,
    hNorm: 0.3,
  };
  const rows = toRows(observationTable, {
    cameraId: '33020300001320000101',
    capturedAtMs: 5,
    detections: [
      { trackId: 'a', ...detection },
      { trackId: 'b', ...detection },
    ],
  });
  expect(rows.map((row) => [row['cameraId'], row['trackId'], row['capturedAtMs']])).toEqual([
    ['33020300001320000101', 'a', 5],
    ['33020300001320000101', 'b', 5],
  ]);
});

test('every table has a column for every field it is sorted, versioned or partitioned by', () => {
  expect(allTables.length).toBeGreaterThan(7);
  for (const declared of allTables) {
    const names = columnsOf(declared).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...declared.orderBy]));
    if (declared.versionBy !== undefined) expect(names).toContain(declared.versionBy);
  }
});

test('names of topics, tables and components are unique, and what meets in an incident shares its partitions', () => {
  expect(new Set(allTopics.map(({ name }) => name)).size).toBe(allTopics.length);
  expect(new Set(allTables.map(({ name }) => name)).size).toBe(allTables.length);
  expect([sceneEvents, officialRecords, commands].map(({ keySpace }) => partitionsOf[keySpace])).toEqual([
    8, 8, 8,
  ]);
});

test('OpenAPI components refer to each other and to nothing else', () => {
  const components = openApiSchemas();
  const references = [...JSON.stringify(components).matchAll(/"\$ref":"([^"]+)"/g)].map(
    (match) => match[1] ?? '',
  );
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) {
    expect(components).toHaveProperty([reference.replace('#/components/schemas/', '')]);
  }
  for (const noun of [
    'Camera',
    'Frame',
    'Observation',
    'SceneEvent',
    'Record',
    'Incident',
    'Command',
    'AuditEntry',
  ]) {
    expect(components).toHaveProperty([noun, 'type'], 'object');
  }
});

test('no record of an agency has a field for a caller', () => {
  const fields = Object.keys(officialRecords.schema.shape).join(' ');
  expect(fields).not.toMatch(/caller|phone|contact|reporter/i);
  expect(columnsOf(sceneEventTable).map(({ name }) => name)).not.toContain('embedding');
});
