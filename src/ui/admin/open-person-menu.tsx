'use client';

import Link from 'next/link';
import { DropdownMenu } from 'radix-ui';
import { PersonButton } from './person-button';
import { signOut } from './sign-out';
import { useAdminHref } from './use-admin-href';
import { useViewer } from './viewer';

const ITEM =
  'block w-full cursor-pointer rounded-lg px-3 py-2 text-left text-sm text-text no-underline outline-none data-[highlighted]:bg-sunken';

/** The account's sign-ins and second factor, and the way out. Open when it comes: somebody has just asked for it. */
export function OpenPersonMenu() {
  const { name, email } = useViewer();
  const href = useAdminHref();
  return (
    <DropdownMenu.Root defaultOpen>
      <DropdownMenu.Trigger asChild>
        <PersonButton />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="z-40 min-w-56 rounded-xl border border-line bg-surface p-1 shadow-lg"
        >
          <div className="px-3 py-2">
            <p className="text-sm font-medium">{name}</p>
            <p className="text-xs text-muted">{email}</p>
          </div>
          <DropdownMenu.Item asChild>
            <Link href={href('/admin/account')} className={ITEM}>
              Sign-ins and second factor
            </Link>
          </DropdownMenu.Item>
          <DropdownMenu.Item className={ITEM} onSelect={() => void signOut()}>
            Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
