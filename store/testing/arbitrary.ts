import fc from 'fast-check';
import { z } from 'zod';

/**
 * Valid values of a schema, so that a new field of a contract is tested without anybody writing a fixture.
 * Knows the kinds of schema that the contracts use.
 * @throws TypeError for a kind that it does not know.
 */
export function arbitraryOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  switch (def.type) {
    case 'string':
      return text(schema);
    case 'number':
      return number(schema);
    case 'boolean':
      return fc.boolean();
    case 'enum':
      return fc.constantFrom(...(schema as z.ZodEnum).options);
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'default':
    case 'optional':
      return arbitraryOf(def.innerType);
    case 'nullable':
      return fc.option(arbitraryOf(def.innerType), { nil: null });
    case 'union':
      return fc.oneof(...def.options.map(arbitraryOf));
    case 'tuple':
      return fc.tuple(...def.items.map(arbitraryOf));
    case 'array': {
      const { minItems: minLength = 0, maxItems = Number.POSITIVE_INFINITY } = limitsOf(schema);
      const maxLength = Math.min(minLength + 3, maxItems);
      return fc.array(arbitraryOf(def.element), { minLength, maxLength });
    }
    case 'object':
      return fc.record(
        Object.fromEntries(Object.entries(def.shape).map(([name, field]) => [name, arbitraryOf(field)])),
      );
    default:
      throw new TypeError(`No values are known for a schema of kind ${def.type}.`);
  }
}

/** What a schema says of its values beside their kind, in JSON Schema's words. */
const limitsOf = (schema: z.core.$ZodType) => z.toJSONSchema(schema as z.ZodType);

/** What breaks naive escaping, quoting and splitting. */
const hostile = [
  "'; DROP TABLE incident; --",
  '\\',
  '"',
  '\n\n',
  'NULL',
  '\\N',
  '{name:String}',
  '海曙区 🚮',
  '\0',
];

function text(schema: z.core.$ZodType): fc.Arbitrary<string> {
  const { format, pattern, minLength = 0, maxLength = 40 } = limitsOf(schema);
  if (format === 'uuid') return fc.uuid();
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const any = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 40) });
  const fits = (value: string): boolean => value.length >= minLength && value.length <= maxLength;
  return fc.oneof(any.filter(fits), fc.constantFrom(...hostile.filter(fits)));
}

function number(schema: z.core.$ZodType): fc.Arbitrary<number> {
  const limits = limitsOf(schema);
  // Draft 2020-12 writes exclusive limits as numbers; the type also allows draft 4's booleans.
  const above = typeof limits.exclusiveMinimum === 'number' ? limits.exclusiveMinimum : null;
  const below = typeof limits.exclusiveMaximum === 'number' ? limits.exclusiveMaximum : null;
  const min = above ?? limits.minimum ?? -1e15;
  const max = below ?? limits.maximum ?? 1e15;
  if (limits.type === 'integer') {
    return fc.integer({ min: min + (above === null ? 0 : 1), max: max - (below === null ? 0 : 1) });
  }
  return fc.double({ min, max, minExcluded: above !== null, maxExcluded: below !== null, noNaN: true });
}
