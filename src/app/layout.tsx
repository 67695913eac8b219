import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import '@/ui/tokens.css';
import '@/ui/base.css';

/** A payments backend has no page that a search engine should know, and tells no other site where people came from. */
export const metadata: Metadata = {
  title: 'Tabsy Payments',
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
  formatDetection: { telephone: false, date: false, address: false, email: false },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f4f2ee' },
    { media: '(prefers-color-scheme: dark)', color: '#141311' },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
