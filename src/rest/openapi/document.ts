import { z } from 'zod';
import type { Route, Who } from '../call';
import { routes } from '../routes';
import { name, named, type RowDoc } from './parts';
import { rowDocs } from './rows';

type Json = { [key: string]: unknown };

/** OpenAPI 3.1, as far as it is used here. */
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: Json;
  servers: Json[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json>; securitySchemes: Json };
}

export interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security: Json[];
  parameters: { name: string; in: string; required: boolean; description?: string; schema: Json }[];
  requestBody?: Json;
  responses: Record<string, Json>;
}

const SECURITY: Record<Who, Json[]> = {
  anyone: [],
  verb: [{ bearer: [] }, { guest: [] }],
  staff: [{ bearer: [] }],
  admin: [{ bearer: [] }],
};

const error = name(
  'Error',
  z.object({
    success: z.literal(false),
    message: z.string().describe('For people'),
    code: z.string().describe('Stable: branch on it'),
    errorCode: z.string().describe('The same as code'),
    error: z
      .object({ code: z.string(), message: z.string(), details: z.looseObject({}).optional() })
      .optional()
      .describe('Left out where the screen looks for `.response`'),
  }),
);

let made: OpenApiDocument | undefined;

/** The description of every row of the table: made from it on first use, and the same ever after. */
export function openApiDocument(): OpenApiDocument {
  made ??= makeDocument();
  return made;
}

/** @throws Error when a row of the table is not described */
function makeDocument(): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tabsy payments: the existing REST API',
      version: '1',
      description:
        'What the existing frontends call. Amounts are numbers in major units; what is not there is left out. New code uses the typed client (docs/frontends.md).',
    },
    servers: [{ url: '/api/v1' }],
    paths,
    components: { schemas: schemas(), securitySchemes: SECURITY_SCHEMES },
  };
}

function operationOf(route: Route): Operation {
  const doc = rowDocs[`${route.method} ${route.path}`];
  if (!doc) throw new Error(`src/rest/openapi describes no ${route.method} ${route.path}`);
  const operationId = operationIdOf(route);
  const ids = [...route.path.matchAll(/:(\w+)/g)].map(([, word = '']) => word);
  return {
    operationId,
    summary: doc.summary,
    tags: [tagOf(route)],
    security: SECURITY[route.who],
    parameters: [
      ...ids.map((word) => ({ name: word, in: 'path', required: true, schema: { type: 'string' } })),
      ...Object.entries(doc.query ?? {}).map(([word, description]) => ({
        name: word,
        in: 'query',
        required: false,
        description,
        schema: { type: 'string' },
      })),
    ],
    ...(doc.body === undefined ? {} : { requestBody: requestBody(operationId, doc.body) }),
    responses: responsesOf(operationId, doc),
  };
}

function requestBody(operationId: string, schema: z.ZodType): Json {
  return {
    required: true,
    content: { 'application/json': { schema: refTo(`${operationId}Request`, schema) } },
  };
}

function responsesOf(operationId: string, { answer, status }: RowDoc): Operation['responses'] {
  const schema = {
    type: 'object',
    required: ['success', 'data'],
    additionalProperties: false,
    properties: {
      success: { const: true },
      data: refTo(`${operationId}Answer`, answer),
      message: { type: 'string' },
    },
  };
  return {
    [String(status ?? 200)]: { description: 'Done', content: { 'application/json': { schema } } },
    default: {
      description: 'Refused: see code',
      content: { 'application/json': { schema: refTo('Error', error) } },
    },
  };
}

/** Names the schema unless it has a name already. */
function refTo(id: string, schema: z.ZodType): Json {
  if (!named.has(schema)) name(id, schema);
  return { $ref: uriOf(named.get(schema)?.id ?? id) };
}

function uriOf(id: string): string {
  return `#/components/schemas/${id}`;
}

function schemas(): Record<string, Json> {
  const { schemas: found } = z.toJSONSchema(named, { uri: uriOf });
  return Object.fromEntries(
    Object.entries(found)
      .map(([id, { $schema: _, $id: __, ...schema }]): [string, Json] => [id, schema])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** `postPaymentsByIdRefund`. */
function operationIdOf({ method, path }: Route): string {
  const words = path.split('/').flatMap((part) => (part.startsWith(':') ? [`by-${part.slice(1)}`] : [part]));
  const camel = words
    .flatMap((word) => word.split('-'))
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return method.toLowerCase() + camel.join('');
}

function tagOf({ path }: Route): string {
  if (path.includes('split')) return 'Splits';
  if (/^\/payments\/(metrics|alerts|health|reconciliation)/.test(path)) return 'Figures';
  if (path.includes('table-sessions')) return 'Tables';
  return path.startsWith('/orders') ? 'Orders' : 'Payments';
}

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  guest: { type: 'apiKey', in: 'header', name: 'x-session-id', description: 'The guest id of a table' },
};
