import { handleNextRoute } from '@/app/api/_mount/next-route';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

export {
  handleNextRoute as DELETE,
  handleNextRoute as GET,
  handleNextRoute as OPTIONS,
  handleNextRoute as PATCH,
  handleNextRoute as POST,
  handleNextRoute as PUT,
};
