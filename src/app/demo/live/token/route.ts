import { currentApp } from '@/app/api/_mount/running-app';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

/** A token to watch a restaurant of the demo with. 404 where there is no demo. */
export async function POST(request: Request): Promise<Response> {
  const { demo } = await currentApp();
  const restaurantId = new URL(request.url).searchParams.get('restaurantId') ?? '';
  const token = (await demo?.watchToken(restaurantId)) ?? null;
  return token === null
    ? new Response('Not found\n', { status: 404 })
    : Response.json({ token }, { headers: { 'cache-control': 'no-store' } });
}
