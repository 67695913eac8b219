// Regenerates the JSON schemas of Stripe's objects and parameters from the types of the pinned SDK: npm run stripe:schemas
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import {
  type Config,
  createFormatter,
  createParser,
  createProgram,
  DEFAULT_CONFIG,
  type InterfaceAndClassNodeParser,
  LiteralType,
  ObjectProperty,
  ObjectType,
  SchemaGenerator,
  StringType,
  type SubNodeParser,
} from 'ts-json-schema-generator';
import { compactSchema } from './compact-schema';

const SDK = 'node_modules/stripe/package.json';
const SOURCE = 'tests/simulator/schemas/promised.ts';
const TARGET = 'tests/simulator/schemas/stripe.jsonl';

type Node = Parameters<SubNodeParser['supportsNode']>[0];
type Interface = Parameters<InterfaceAndClassNodeParser['createType']>[0];

const source = readFileSync(SOURCE, 'utf8');
/** Names of the types that the source promises, as in `Stripe.Charge`. */
const served = new Set(Array.from(source.matchAll(/Stripe\.(\w+)/g), ([, name]) => name));

/** Cuts every object that the simulator does not serve down to its id and kind, or the schemas would hold all of Stripe. */
const objectsOfOthers: SubNodeParser = {
  supportsNode: (node) =>
    isInterface(node) && kindOf(node) !== undefined && has(node, 'id') && !isServed(node),
  createType(node) {
    const kind = isInterface(node) ? kindOf(node) : undefined;
    const properties = [
      new ObjectProperty('id', new StringType(), true),
      new ObjectProperty('object', new LiteralType(kind ?? ''), true),
    ];
    return new ObjectType(`cut-${kind}`, [], properties, true);
  },
};

function isInterface(node: Node): node is Interface {
  return 'members' in node && 'name' in node;
}

function has(node: Interface, name: string): boolean {
  return memberOf(node, name) !== undefined;
}

function memberOf(node: Interface, name: string): Node | undefined {
  return [...node.members].find(
    (member) => member.name && 'text' in member.name && member.name.text === name,
  );
}

/** `issuing.dispute` of an interface with `object: 'issuing.dispute'`. */
function kindOf(node: Interface): string | undefined {
  return /^object: '(?<kind>[^']+)';$/.exec(memberOf(node, 'object')?.getText() ?? '')?.groups?.kind;
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
const lines = [...definitions]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map((definition) => JSON.stringify(definition));
const { version } = JSON.parse(readFileSync(SDK, 'utf8')) as { version: string };
const origin = { stripe: version, source: createHash('sha256').update(source).digest('hex') };
// One definition a line, so that a change of the SDK shows as the lines that it changed.
writeFileSync(TARGET, `${JSON.stringify(origin)}\n${lines.join('\n')}\n`);
console.log(`${TARGET}: ${lines.length} definitions from stripe ${version}`);
