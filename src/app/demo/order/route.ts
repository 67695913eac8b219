import { currentApp } from '@/app/api/_mount/running-app';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

/** One more dish for a guest of the demo. 404 where there is no demo. */
export async function POST(request: Request): Promise<Response> {
  const { demo } = await currentApp();
  const guestSessionId = request.headers.get('x-session-id') ?? '';
  const isDone = demo !== null && (await demo.order(guestSessionId));
  return isDone ? Response.json({ ordered: true }) : new Response('Not found\n', { status: 404 });
}
