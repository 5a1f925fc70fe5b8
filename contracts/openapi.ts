import { z } from 'zod';

/**
 * OpenAPI 3.1 components of every schema that carries `meta({ id })`, in the order of their ids.
 * @returns JSON Schemas in which one component refers to another by `#/components/schemas/ID`.
 */
export function openApiSchemas(): Record<string, unknown> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    uri: (id) => `#/components/schemas/${id}`,
    unrepresentable: 'any',
    io: 'output',
  });
  return Object.fromEntries(
    Object.entries(schemas)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([id, { $schema: _, $id: __, ...component }]) => [id, component]),
  );
}
