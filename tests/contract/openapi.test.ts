import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenApiDocument, openApiDocument } from '@/rest/openapi/document';
import { rowDocs } from '@/rest/openapi/rows';
import { routes } from '@/rest/routes';
import { startTestApp, type TestApp } from '../support/app';
import { documentBreaches } from './openapi-rules';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

it('every row of the table is described, and nothing besides', () => {
  const rows = routes.map(({ method, path }) => `${method} ${path}`);
  expect(Object.keys(rowDocs).sort()).toEqual(rows.sort());
});

it('the document is served as it is to pages of other origins, and refers to nothing that it lacks', async () => {
  const response = await fetch(`${app.url}/api/v1/openapi.json`, {
    headers: { origin: 'http://localhost:3000' },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch('application/json');
  expect(response.headers.get('access-control-allow-origin')).toBeTruthy();
  const document = (await response.json()) as OpenApiDocument;
  expect(document.openapi).toBe('3.1.0');
  expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  const names = new Set(Object.keys(document.components.schemas));
  const refs = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
    ([, id]) => id ?? '',
  );
  expect(refs.length).toBeGreaterThan(routes.length);
  expect(refs.filter((ref) => !names.has(ref))).toEqual([]);
  expect([...names].filter((name) => !refs.includes(name))).toEqual([]);
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(routes.length);
});

it('the page shows every row, and needs nothing from elsewhere', async () => {
  const response = await fetch(`${app.url}/api/docs`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await response.text();
  for (const { path } of routes) expect(html).toContain(path.replace(/:(\w+)/g, '{$1}'));
  expect(html).not.toMatch(/<script|<link|https?:\/\//);
});

it('an answer that says more or less than the document is found', () => {
  const at = { request: 'GET /payments/health', status: 200 };
  expect(documentBreaches({ ...at, body: { success: true } })).not.toEqual([]);
  const answer = { groupId: 'g', cancelled: true, refundsProcessed: 0 };
  const cancel = { request: 'POST /payments/split/x/cancel', status: 200 };
  expect(documentBreaches({ ...cancel, body: { success: true, data: answer } })).toEqual([]);
  expect(documentBreaches({ ...cancel, body: { success: true, data: { ...answer, more: 1 } } })).toHaveLength(
    1,
  );
  expect(documentBreaches({ ...cancel, status: 204, body: '' })).toHaveLength(1);
  const refusal = { success: false, message: 'No', code: 'FORBIDDEN', errorCode: 'FORBIDDEN' };
  expect(documentBreaches({ ...cancel, status: 403, body: refusal })).toEqual([]);
  expect(documentBreaches({ ...cancel, status: 403, body: { ...refusal, code: undefined } })).toHaveLength(1);
  expect(documentBreaches({ request: 'GET /users/me', status: 200, body: {} })).toEqual([]);
});
