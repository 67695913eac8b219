import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { createMatcher, plainPath } from '@/rest/match';
import { openApiDocument } from '@/rest/openapi/document';
import { routes } from '@/rest/routes';
import type { Recorded } from './legacy-client';

const match = createMatcher(routes);
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ $id: 'openapi', components: openApiDocument().components });
const validators = new Map<string, ValidateFunction>();

/** What an answer of a row has that the OpenAPI document does not describe, or lacks; empty for paths that are no row of ours. */
export function documentBreaches({ request, status, body }: Recorded): string[] {
  const [method = '', address = ''] = request.split(' ');
  const path = plainPath(address.split('?')[0] ?? '');
  const route = match(method, path)?.route ?? rowNamed(method, path);
  if (!route) return [];
  const validate = validatorOf(route.method, route.path, status);
  if (validate === null) return [`${request} -> ${status}: the document has no such status`];
  if (validate(body)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${request} -> ${status}: ${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** Some tests write down the row's own pattern. */
function rowNamed(method: string, path: string) {
  return routes.find((route) => route.method === method && route.path === path);
}

function validatorOf(method: string, path: string, status: number): ValidateFunction | null {
  const operation = openApiDocument().paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
  // Any success is taken as such (legacy-contract 1.3); which one is said all the same.
  const response = status < 400 ? operation?.responses[String(status)] : operation?.responses.default;
  if (!response) return null;
  const key = `${method} ${path} ${status < 400 ? status : 'default'}`;
  const known = validators.get(key);
  if (known) return known;
  const made = ajv.compile(JSON.parse(JSON.stringify(schemaOf(response)).replaceAll('"#/', '"openapi#/')));
  validators.set(key, made);
  return made;
}

function schemaOf(response: object): object {
  const { content } = response as { content: { 'application/json': { schema: object } } };
  return content['application/json'].schema;
}
