'use client';

import { Menu, X } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { type ReactNode, Suspense, useState } from 'react';
import { Button } from '@/ui/kit/button';
import { cx } from '@/ui/kit/cx';
import { Toasts } from '@/ui/kit/toasts';
import { Mark } from '@/ui/mark';
import { CommandPalette } from './command-palette';
import { LiveEnded, LiveLight } from './live-light';
import { useNav } from './nav';
import { PersonMenu } from './person-menu';
import { RestaurantChoice } from './restaurant-choice';
import { useAdminHref } from './use-admin-href';

/** Menu, top bar and the place of the page. On narrow screens the menu folds away. */
export function Shell({ children }: { children: ReactNode }) {
  const [isMenuOpen, setMenuOpen] = useState(false);
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[14rem_1fr]">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-lg focus:bg-surface focus:p-3"
      >
        Skip to content
      </a>
      <aside
        className={cx(
          'border-line bg-surface md:sticky md:top-0 md:block md:h-dvh md:overflow-y-auto md:border-r',
          isMenuOpen ? 'block border-b' : 'hidden',
        )}
      >
        <div className="hidden items-center gap-2 p-4 font-semibold md:flex">
          <Mark sizePx={24} /> Tabsy
        </div>
        <Suspense>
          <PageMenu onNavigate={() => setMenuOpen(false)} />
        </Suspense>
      </aside>
      <div className="min-w-0">
        <div className="sticky top-0 z-20">
          <div className="flex min-h-14 items-center gap-2 border-b border-line bg-surface px-4">
            <Button
              look="quiet"
              size="small"
              className="md:hidden"
              aria-expanded={isMenuOpen}
              aria-label={isMenuOpen ? 'Close menu' : 'Open menu'}
              onClick={() => setMenuOpen(!isMenuOpen)}
            >
              {isMenuOpen ? <X size={18} aria-hidden /> : <Menu size={18} aria-hidden />}
            </Button>
            <Suspense>
              <RestaurantChoice />
            </Suspense>
            <div className="ml-auto flex items-center gap-2">
              <Suspense>
                <CommandPalette />
              </Suspense>
              <LiveLight />
              <PersonMenu />
            </div>
          </div>
          <LiveEnded />
        </div>
        <main id="main" className="mx-auto max-w-[90rem] p-4 md:p-6">
          {/* Without a fallback of its own: what is not there shall answer 404 before anything is sent. */}
          {children}
        </main>
      </div>
      <Toasts />
    </div>
  );
}

/** The pages; the chosen restaurant goes along. */
function PageMenu({ onNavigate }: { onNavigate(): void }) {
  const pages = useNav();
  const pathname = usePathname();
  const href = useAdminHref();
  return (
    <nav aria-label="Pages" className="p-2">
      <ul className="grid gap-0.5">
        {pages.map(({ href: path, label, icon: Icon }) => {
          const isHere = path === '/admin' ? pathname === path : pathname.startsWith(path);
          return (
            <li key={path}>
              <Link
                href={href(path)}
                onClick={onNavigate}
                aria-current={isHere ? 'page' : undefined}
                className={cx(
                  'flex min-h-10 items-center gap-3 rounded-lg px-3 text-sm no-underline',
                  isHere ? 'bg-sunken font-medium text-accent' : 'text-text hover:bg-sunken',
                )}
              >
                <Icon size={16} aria-hidden />
                {label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
