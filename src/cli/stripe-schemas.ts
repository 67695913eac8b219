// Regenerates the JSON schemas of Stripe's objects and parameters from the types of the pinned SDK: npm run stripe:schemas
import { readFileSync, writeFileSync } from 'node:fs';
import {
  type Config,
  createFormatter,
  createParser,
  createProgram,
  DEFAULT_CONFIG,
  type InterfaceAndClassNodeParser,
  ObjectProperty,
  ObjectType,
  SchemaGenerator,
  StringType,
  type SubNodeParser,
} from 'ts-json-schema-generator';
import { compactSchema } from './compact-schema';

const SOURCE = 'tests/simulator/schemas/promised.ts';
const TARGET = 'tests/simulator/schemas/stripe.jsonl';

type Node = Parameters<SubNodeParser['supportsNode']>[0];
type Interface = Parameters<InterfaceAndClassNodeParser['createType']>[0];

/** Names of the types that the source promises, as in `Stripe.Charge`. */
const served = new Set(
  Array.from(readFileSync(SOURCE, 'utf8').matchAll(/Stripe\.(\w+)/g), ([, name]) => name),
);

/** Cuts every object that the simulator does not serve down to its id and kind, or the schemas would hold all of Stripe. */
const objectsOfOthers: SubNodeParser = {
  supportsNode: (node) => isInterface(node) && has(node, 'id') && has(node, 'object') && !isServed(node),
  createType() {
    const text = new StringType();
    const properties = ['id', 'object'].map((name) => new ObjectProperty(name, text, true));
    return new ObjectType('object-of-others', [], properties, true);
  },
};

function isInterface(node: Node): node is Interface {
  return 'members' in node && 'name' in node;
}

function has(node: Interface, name: string): boolean {
  return [...node.members].some(
    (member) => member.name && 'text' in member.name && member.name.text === name,
  );
}

/** A product's own folder has the same names again: `resources/Issuing/Disputes.d.ts`. */
function isServed(node: Interface): boolean {
  return served.has(node.name?.text) && /\/resources\/\w+\.d\.ts$/.test(node.getSourceFile().fileName);
}

const config = {
  ...DEFAULT_CONFIG,
  path: SOURCE,
  tsconfig: 'tsconfig.json',
  type: 'Promised',
  jsDoc: 'none',
  encodeRefs: false,
  skipTypeCheck: true,
} satisfies Config;

const program = createProgram(config);
const parser = createParser(program, config, (parsers) => parsers.addNodeParser(objectsOfOthers));
const generator = new SchemaGenerator(program, parser, createFormatter(config), config);
const definitions = compactSchema(generator.createSchema(config.type));
// One definition a line, so that a change of the SDK shows as the lines that it changed.
const lines = [...definitions]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map((definition) => JSON.stringify(definition));
writeFileSync(TARGET, `${lines.join('\n')}\n`);
console.log(`${TARGET}: ${lines.length} definitions`);
