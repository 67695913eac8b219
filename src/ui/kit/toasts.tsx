'use client';

import dynamic from 'next/dynamic';

const Toaster = dynamic(() => import('sonner').then((module) => module.Toaster), { ssr: false });

/** Where toasts appear: once per page. One that was said before it is there waits for it. */
export function Toasts() {
  return <Toaster position="bottom-right" theme="system" />;
}
