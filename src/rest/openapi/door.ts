import { openApiDocument } from './document';
import { documentPage } from './page';

export const OPENAPI_PATH = '/api/v1/openapi.json';
export const API_DOCS_PATH = '/api/docs';

/** The description of the REST API, for machines. It holds no secrets and is the same for everyone. */
export function handleOpenApi(): Response {
  return Response.json(openApiDocument(), { headers: { 'cache-control': 'public, max-age=300' } });
}

/** The same for people. */
export function handleApiDocs(): Response {
  return new Response(documentPage(openApiDocument()), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, max-age=300',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    },
  });
}
