import { handleNextRoute } from '@/app/api/_mount/next-route';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export { handleNextRoute as GET };
