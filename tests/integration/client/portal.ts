import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';

/** The admin portal's page around the example. */
export const PORTAL = `
import { createRoot } from 'react-dom/client';
import { AdminPayments } from './admin.js';

const { url, token } = (window as unknown as { settings: { url: string; token: string } }).settings;
const root = document.getElementById('root');
if (root) createRoot(root).render(<AdminPayments url={url} token={() => token} />);
`;

/** Where the admin portal is at home: an origin that the payments server allows. */
export interface Portal {
  origin: string;
  server: Server;
  /** What its page finds in `window.settings`. */
  settings: object;
  /** Makes its script of this file and what that imports. */
  bundle(entry: string): Promise<void>;
}

export async function openPortal(): Promise<Portal> {
  let script = '';
  const server = createServer((request, response) => {
    if (request.url === '/portal.js')
      return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    const page = `<!doctype html><meta charset="utf-8"><title>Portal</title><div id="root"></div>
      <script>window.settings = ${JSON.stringify(portal.settings)}</script><script src="/portal.js"></script>`;
    response.writeHead(200, { 'content-type': 'text/html' }).end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const portal: Portal = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    settings: {},
    bundle: async (entry) => {
      const { outputFiles } = await build({
        entryPoints: [entry],
        bundle: true,
        write: false,
        platform: 'browser',
        jsx: 'automatic',
        define: { 'process.env.NODE_ENV': '"production"' },
        logLevel: 'error',
      });
      script = outputFiles[0]?.text ?? '';
    },
  };
  return portal;
}
