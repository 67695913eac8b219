import type { OpenApiDocument, Operation } from './document';

/** The document as a page to read, without a script: what is asked, what is answered, and the shapes by name. */
export function documentPage({ paths, components }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.map(({ operation }) => operation.tags[0] ?? ''))];
  const body = tags.map((tag) => {
    const rows = operations.filter(({ operation }) => operation.tags.includes(tag));
    return `<h2 id="${tag}">${tag}</h2>${rows.map(rowHtml).join('')}`;
  });
  const shapes = Object.entries(components.schemas).map(
    ([id, schema]) => `<details id="${id}"><summary><code>${id}</code></summary>${json(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Payments REST API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${STYLE}</style></head><body><main>
<h1>Payments REST API</h1><p>What the existing frontends call, below <code>/api/v1</code>. For machines:
<a href="/api/v1/openapi.json">openapi.json</a>.</p>
<nav>${tags.map((tag) => `<a href="#${tag}">${tag}</a>`).join(' ')} <a href="#shapes">Shapes</a></nav>
${body.join('\n')}<h2 id="shapes">Shapes</h2>${shapes.join('\n')}</main></body></html>\n`;
}

function rowHtml({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: Operation;
}): string {
  const { parameters, requestBody, responses, security } = operation;
  const list = parameters
    .map(
      (one) => `<li><code>${escaped(one.name)}</code> in ${one.in}. ${escaped(one.description ?? '')}</li>`,
    )
    .join('');
  const who = security.length === 0 ? 'Anyone' : security.flatMap((one) => Object.keys(one)).join(' or ');
  return `<details><summary><b>${method.toUpperCase()}</b> <code>${escaped(path)}</code> ${escaped(operation.summary)}</summary>
<p>Who: ${who}</p>${list === '' ? '' : `<ul>${list}</ul>`}
${requestBody ? `<h3>Body</h3>${json(requestBody)}` : ''}<h3>Answers</h3>${json(responses)}</details>`;
}

/** Names of shapes lead to them. What scrolls must be reachable by keyboard (WCAG 2.1.1). */
function json(value: unknown): string {
  const text = escaped(JSON.stringify(value, null, 2));
  return `<pre tabindex="0">${text.replace(/#\/components\/schemas\/(\w+)/g, '<a href="#$1">$1</a>')}</pre>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
}

const STYLE = `body{font:1rem/1.5 system-ui,sans-serif;margin:0;background:#f4f2ee;color:#141311}
main{max-width:60rem;margin:2rem auto;padding:0 1rem}details{border-top:1px solid #0002;padding:.5rem 0}
summary{cursor:pointer}code{overflow-wrap:anywhere}pre{overflow:auto;background:#0000000d;padding:.75rem;border-radius:.5rem;font-size:.85rem}
nav a{margin-right:1rem}a{color:inherit}b{display:inline-block;min-width:4rem}
@media (prefers-color-scheme:dark){body{background:#141311;color:#f4f2ee}details{border-color:#fff3}pre{background:#ffffff14}}`;
