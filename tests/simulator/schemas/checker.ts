import { readFileSync } from 'node:fs';
import { Ajv, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FormHash, FormValue } from '@/stripe/simulator/http/form';

const [origin = '', ...lines] = readFileSync(new URL('stripe.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
/** What the schemas were generated from: the version of the SDK and the SHA-256 of promised.ts. */
export const ORIGIN = JSON.parse(origin) as { stripe: string; source: string };

const definitions = Object.fromEntries(lines.map((line) => JSON.parse(line) as [string, AnySchemaObject]));

const shared = { strict: false, schemas: [{ $id: 'stripe', definitions }] };
const answers = new Ajv(shared);
/** A form holds only text: numbers and booleans are read from it as the types want them. */
const forms = new Ajv({ ...shared, coerceTypes: true });

/** Every operation of the types, as `GET /v1/refunds/:id`. */
export const OPERATIONS = Object.keys(definitions.Operations?.properties ?? {});
export const EVENT_TYPES = Object.keys(definitions.Events?.properties ?? {});

/** What is wrong with the body of a good answer; empty when it is what the SDK's types promise. */
export function answerProblems(operation: string, body: unknown): string[] {
  return problems(validator(answers, 'Operations', operation, 'answer'), body);
}

/** What is wrong with the body of a refusal. */
export function refusalProblems(body: unknown): string[] {
  return problems(validator(answers, 'Refusal'), body);
}

interface DeliveredEvent {
  type: string;
  data?: { object: object; previous_attributes?: object };
}

/**
 * What is wrong with an event as it is delivered, its object included. Of `previous_attributes` only the names count: null
 * stands there for what did not exist and a changed object may be in parts, which the types do not say.
 */
export function eventProblems(event: DeliveredEvent): string[] {
  const { previous_attributes: previous = {}, ...data } = event.data ?? {};
  const fields = resolved(definitions.Events?.properties[event.type] ?? {}).properties?.data;
  const known = resolved(resolved(fields ?? {}).properties?.previous_attributes ?? {}).properties ?? {};
  const unknown = Object.keys(previous).filter((name) => !Object.hasOwn(known, name));
  return [
    ...problems(validator(answers, 'Events', event.type), { ...event, data }),
    ...unknown.map((name) => `/data/previous_attributes has the unknown ${name}`),
  ];
}

/** What is wrong with decoded parameters: unknown ones, wrong types, missing ones. */
export function paramProblems(operation: string, form: FormHash): string[] {
  return problems(validator(forms, 'Operations', operation, 'params'), typed(form));
}

/**
 * The hashes among an operation's parameters, by path, with the names that each knows: `` for all parameters, `shipping`,
 * `shipping[address]`; a hash in a list is at `[0]`.
 */
export function hashesOf(operation: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const walk = (hash: AnySchemaObject, path: string) => {
    const properties = (hash.properties ?? {}) as Record<string, AnySchemaObject>;
    found.set(path, Object.keys(properties));
    for (const [name, schema] of Object.entries(properties)) {
      const items = membersOf(schema).find((one) => one.items !== undefined)?.items;
      const inner = hashOf(items ?? schema);
      const at = `${path === '' ? name : `${path}[${name}]`}${items === undefined ? '' : '[0]'}`;
      if (inner !== undefined) walk(inner, at);
    }
  };
  walk(hashOf(paramsSchema(operation)) ?? {}, '');
  return found;
}

function paramsSchema(operation: string): AnySchemaObject {
  return definitions.Operations?.properties[operation]?.properties.params ?? {};
}

/** The member of a union that is an object of known names. */
function hashOf(schema: AnySchemaObject): AnySchemaObject | undefined {
  return membersOf(schema).find((one) => one.additionalProperties === false);
}

function membersOf(schema: AnySchemaObject): AnySchemaObject[] {
  const { anyOf, ...own } = resolved(schema);
  return anyOf === undefined ? [own] : (anyOf as AnySchemaObject[]).flatMap(membersOf);
}

/** Names of the fields of an object that hold an id or, expanded, the object. */
export function expandableFields(definition: string): string[] {
  const fields = Object.entries(
    (definitions[definition]?.properties ?? {}) as Record<string, AnySchemaObject>,
  );
  return fields.filter(([, field]) => isExpandable(field)).map(([name]) => name);
}

function isExpandable(field: AnySchemaObject): boolean {
  const members = membersOf(field);
  return members.some((one) => one.type === 'string') && members.some((one) => one.required?.includes('id'));
}

function resolved(schema: AnySchemaObject): AnySchemaObject {
  const name = String(schema.$ref ?? '').replace('#/definitions/', '');
  return definitions[name] ?? schema;
}

function validator(ajv: Ajv, definition: string, ...properties: string[]): ValidateFunction {
  const path = properties.flatMap((name) => ['properties', name.replaceAll('~', '~0').replaceAll('/', '~1')]);
  const pointer = ['definitions', definition, ...path].map(encodeURIComponent).join('/');
  const found = ajv.getSchema(`stripe#/${pointer}`);
  if (found === undefined) throw new Error(`The types have no ${[definition, ...properties].join(' ')}.`);
  return found;
}

/** The deepest errors first: those of a union's other members say nothing. */
function problems(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  const depth = ({ instancePath }: ErrorObject) => instancePath.split('/').length;
  const errors = (validate.errors ?? []).toSorted((a, b) => depth(b) - depth(a));
  const texts = errors.map(({ instancePath, message, params }) => {
    const detail = params.additionalProperty ?? params.missingProperty ?? params.allowedValues ?? '';
    return `${instancePath} ${message} ${String(detail).slice(0, 200)}`.trim();
  });
  return [...new Set(texts)].slice(0, 5);
}

/** A decoded form with its index hashes as arrays. */
function typed(value: FormValue): unknown {
  if (typeof value === 'string') return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, typed(inner)] as const);
  const isList = entries.length > 0 && entries.every(([key], index) => key === String(index));
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}
