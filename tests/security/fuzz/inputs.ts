import fc from 'fast-check';
import { z } from 'zod';
import { hostileNumber, hostileText, hostileValue } from './hostile';

/** Values that mean something to the service, by the name of the field that takes them. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

interface Shape {
  type?: string;
  format?: string;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Shape>;
  required?: string[];
  additionalProperties?: Shape | boolean;
  propertyNames?: Shape;
  items?: Shape;
  anyOf?: Shape[];
  oneOf?: Shape[];
  allOf?: Shape[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

const LONGEST_LIST = 4;

const aMoment = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }),
  },
  { weight: 1, arbitrary: fc.date({ noInvalidDate: true }) },
);

/**
 * Inputs of a schema: mostly ones that pass it, with values the service knows where a field's name says so, and as often such with a
 * part spoiled, a part left out or a part too many; some are no such input at all.
 * @param json only what JSON can say, for callers that do not speak superjson
 */
export function inputsOf(
  schema: z.ZodType | null,
  known: Known,
  json?: fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const anything = json ?? hostileValue;
  if (schema === null) return anything;
  const shape = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: (at) => {
      if (at.zodSchema._zod.def.type === 'date') at.jsonSchema.format = 'date';
    },
  }) as Shape;
  const fitting = ofShape(shape, { known, anything }, '');
  return fc.oneof(
    { weight: 5, arbitrary: fitting },
    { weight: 4, arbitrary: spoiled(fitting, anything) },
    { weight: 1, arbitrary: anything },
  );
}

interface Parts {
  known: Known;
  anything: fc.Arbitrary<unknown>;
}

function ofShape(shape: Shape, parts: Parts, name: string): fc.Arbitrary<unknown> {
  const plain = plainOfShape(shape, parts, name);
  const pool = shape.type === 'object' || shape.type === 'array' ? undefined : parts.known[name];
  if (!pool || pool.length === 0) return plain;
  return fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...pool) }, { weight: 1, arbitrary: plain });
}

function plainOfShape(shape: Shape, parts: Parts, name: string): fc.Arbitrary<unknown> {
  if ('const' in shape) return fc.constant(shape.const);
  if (shape.enum) return fc.constantFrom(...shape.enum);
  const choices = shape.anyOf ?? shape.oneOf ?? shape.allOf;
  if (choices) return fc.oneof(...choices.map((choice) => ofShape(choice, parts, name)));
  switch (shape.type) {
    case 'object':
      return ofObject(shape, parts);
    case 'array':
      return fc.array(ofShape(shape.items ?? {}, parts, singular(name)), {
        minLength: shape.minItems ?? 0,
        maxLength: Math.max(shape.minItems ?? 0, Math.min(shape.maxItems ?? LONGEST_LIST, LONGEST_LIST)),
      });
    case 'string':
      return ofText(shape);
    case 'integer':
    case 'number':
      return ofNumber(shape);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return shape.format === 'date' ? aMoment : parts.anything;
  }
}

function ofObject(shape: Shape, parts: Parts): fc.Arbitrary<unknown> {
  if (!shape.properties && typeof shape.additionalProperties === 'object') {
    const names = ofShape(shape.propertyNames ?? { type: 'string' }, parts, 'key') as fc.Arbitrary<string>;
    return fc.dictionary(names, ofShape(shape.additionalProperties, parts, ''), { maxKeys: LONGEST_LIST });
  }
  const required = new Set(shape.required);
  const fields = Object.entries(shape.properties ?? {}).map(([name, part]) => {
    const given = ofShape(part, parts, name).map((value): [string, unknown][] => [[name, value]]);
    if (required.has(name)) return given;
    // A cursor is of one list alone: with one each time, no list would ever be read.
    const absent = { weight: name === 'cursor' ? 9 : 2, arbitrary: fc.constant<[string, unknown][]>([]) };
    return fc.oneof({ weight: 1, arbitrary: given }, absent);
  });
  return fc.tuple(...fields).map((given) => Object.fromEntries(given.flat()));
}

function ofText({ format, minLength = 0, maxLength = 60 }: Shape): fc.Arbitrary<unknown> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'email') return fc.emailAddress();
  const longest = Math.max(minLength, Math.min(maxLength, 60));
  return fc.oneof(
    { weight: 4, arbitrary: fc.string({ minLength, maxLength: longest }) },
    { weight: 2, arbitrary: fc.string({ minLength, maxLength: longest, unit: 'grapheme' }) },
    { weight: 1, arbitrary: hostileText },
  );
}

function ofNumber(shape: Shape): fc.Arbitrary<unknown> {
  const min =
    shape.minimum ?? (shape.exclusiveMinimum ?? -1_000) + (shape.exclusiveMinimum === undefined ? 0 : 1);
  const max = Math.max(min, shape.maximum ?? min + 100_000);
  return fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: Math.ceil(min), max: Math.floor(max) }) },
    {
      weight: 3,
      arbitrary: fc.integer({ min: Math.ceil(min), max: Math.floor(Math.min(max, min + 3_000)) }),
    },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
    { weight: 1, arbitrary: hostileNumber },
  );
}

/** Something of it is another value, missing, or too many. */
function spoiled(fitting: fc.Arbitrary<unknown>, anything: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(
      fitting,
      fc.nat(),
      anything,
      fc.constantFrom('replace', 'leave out', 'add'),
      fc.constantFrom('id', 'role', 'status', 'version', 'isAdmin'),
    )
    .map(([value, at, other, how, extra]) => {
      if (Array.isArray(value) || typeof value !== 'object' || value === null || value instanceof Date)
        return other;
      const names = Object.keys(value);
      const name = names[at % Math.max(1, names.length)];
      if (how === 'add' || name === undefined) return { ...value, [extra]: other };
      const { [name]: inner, ...rest } = value as Record<string, unknown>;
      if (how === 'leave out') return rest;
      // A part of a part is spoiled as well as a whole one.
      const spoiledInner =
        Array.isArray(inner) && inner.length > 0 && at % 2 === 0 ? [other, ...inner.slice(1)] : other;
      return { ...rest, [name]: spoiledInner };
    });
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/s$/, '');
}
