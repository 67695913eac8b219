import type { ServerResponse } from 'node:http';

/** Answers a small page. `body` must hold no text from outside. */
export function html(response: ServerResponse, status: number, title: string, body: string): true {
  const head = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>`;
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
  };
  response.writeHead(status, headers).end(`${head}<body>${body}</body></html>`);
  return true;
}
