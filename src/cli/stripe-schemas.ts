// Regenerates the JSON schemas of Stripe's objects and parameters from the types of the pinned SDK: npm run stripe:schemas
import { readFileSync, writeFileSync } from 'node:fs';
import {
  type BaseType,
  type Config,
  createFormatter,
  createParser,
  createProgram,
  DEFAULT_CONFIG,
  InterfaceAndClassNodeParser,
  ObjectProperty,
  ObjectType,
  SchemaGenerator,
  StringType,
} from 'ts-json-schema-generator';

const SOURCE = 'tests/simulator/schemas/promised.ts';
const TARGET = 'tests/simulator/schemas/stripe.json';

type Interface = Parameters<InterfaceAndClassNodeParser['createType']>[0];

/** Objects that the simulator serves; all others are cut down to an id, or the schemas would hold all of Stripe. */
const served = new Set(Array.from(readFileSync(SOURCE, 'utf8').matchAll(/Stripe\.(\w+)/g), ([, name]) => name));

class ObjectsOfOthers extends InterfaceAndClassNodeParser {
  override supportsNode(node: Interface): boolean {
    return super.supportsNode(node) && has(node, 'id') && has(node, 'object') && !isServed(node);
  }

  override createType(): BaseType {
    const string = new StringType();
    const named = ['id', 'object'].map((name) => new ObjectProperty(name, string, true));
    return new ObjectType('object-of-others', [], named, true);
  }
}

/** A product's folder (`resources/Issuing/`) has names of its own, `Dispute` among them. */
function isServed(node: Interface): boolean {
  return served.has(node.name?.text) && /\/resources\/\w+\.d\.ts$/.test(node.getSourceFile().fileName);
}

function has(node: Interface, name: string): boolean {
  return [...node.members].some((member) => member.name && 'text' in member.name && member.name.text === name);
}

const config = {
  ...DEFAULT_CONFIG,
  path: SOURCE,
  tsconfig: 'tsconfig.json',
  type: 'Promised',
  jsDoc: 'none',
  skipTypeCheck: true,
} satisfies Config;
const program = createProgram(config);
const parser = createParser(program, config, (chain) =>
  chain.addNodeParser(new ObjectsOfOthers(program.getTypeChecker(), chain as never, false)),
);
const schema = new SchemaGenerator(program, parser, createFormatter(config), config).createSchema('Promised');
writeFileSync(TARGET, `${JSON.stringify(schema)}\n`);
