import { expect, test } from 'vitest';
import { compactSchema } from './compact-schema';

const ref = (name: string) => ({ $ref: `#/definitions/${name}` });
const text = (value: string) => ({ type: 'string' as const, const: value });

/** The definitions that remain, as JSON. */
const compacted = (definitions: Parameters<typeof compactSchema>[0]['definitions']) =>
  Object.fromEntries(compactSchema({ ...ref('Root'), definitions }));

test('definitions that say the same become one, under the shortest name, also through references', () => {
  const parent = (child: string) => ({ type: 'object' as const, properties: { child: ref(child) } });
  const definitions = compacted({
    Root: { anyOf: [ref('Create.Parent'), ref('Parent')] },
    'Create.Parent': parent('Create.Child'),
    Parent: parent('Child'),
    'Create.Child': { type: 'number' },
    Child: { type: 'number' },
  });
  expect(definitions).toEqual({
    Root: { anyOf: [ref('Parent'), ref('Parent')] },
    Parent: parent('Child'),
    Child: { type: 'number' },
  });
});

test('definitions that differ only in what they refer to stay apart', () => {
  const definitions = compacted({
    Root: { anyOf: [ref('A'), ref('B')] },
    A: { type: 'array', items: ref('Number') },
    B: { type: 'array', items: ref('Text') },
    Number: { type: 'number' },
    Text: { type: 'string' },
  });
  expect(Object.keys(definitions)).toEqual(['Root', 'A', 'Number', 'B', 'Text']);
});

test('an open enum holds only its named values, beside what else the union allows', () => {
  const definitions = compacted({
    Root: { anyOf: [ref('Status'), { type: 'null' }] },
    Status: { anyOf: [text('paid'), text('failed'), ref('OtherString')] },
    OtherString: { type: 'string' },
  });
  expect(definitions).toEqual({
    Root: { anyOf: [ref('Status'), { type: 'null' }] },
    Status: { enum: ['paid', 'failed'] },
  });
});

test('a constant in a union keeps the other members', () => {
  expect(compacted({ Root: { anyOf: [text(''), { type: 'number' }] } })).toEqual({
    Root: { anyOf: [{ enum: [''] }, { type: 'number' }] },
  });
});

test('objects that refer to each other are kept, and what nobody refers to is not', () => {
  const definitions = compacted({
    Root: { type: 'object', properties: { charge: ref('Charge') } },
    Charge: { type: 'object', properties: { refunds: { type: 'array', items: ref('Refund') } } },
    Refund: { type: 'object', properties: { charge: ref('Charge'), amount: { type: 'number' } } },
    Forgotten: { type: 'boolean' },
  });
  expect(Object.keys(definitions)).toEqual(['Root', 'Charge', 'Refund']);
});

test('a generated name with positions in files becomes a short one', () => {
  const [, name] = Object.keys(
    compacted({
      Root: ref('Emptyable<def-interface-819-27365[]>'),
      'Emptyable<def-interface-819-27365[]>': {},
    }),
  );
  expect(name).toMatch(/^anonymous-\d+$/);
});
