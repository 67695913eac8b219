import {
  ArrowLeftRight,
  Banknote,
  ChartNoAxesCombined,
  CreditCard,
  HandCoins,
  Inbox,
  Landmark,
  type LucideIcon,
  ScrollText,
  Server,
  Settings,
  ShieldAlert,
  Split,
  Undo2,
} from 'lucide-react';
import { useIsOwner, useViewer } from './viewer';

export interface NavItem {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Who finds something there: platform staff only, or owners of the restaurant too. Without it: everybody. */
  only?: 'admins' | 'owners';
}

/** The pages in the order of the menu. */
const NAV: readonly NavItem[] = [
  { href: '/admin', label: 'Overview', icon: ChartNoAxesCombined },
  { href: '/admin/payments', label: 'Payments', icon: CreditCard },
  { href: '/admin/splits', label: 'Splits', icon: Split },
  { href: '/admin/refunds', label: 'Refunds', icon: Undo2 },
  { href: '/admin/disputes', label: 'Disputes', icon: ShieldAlert },
  { href: '/admin/payouts', label: 'Payouts', icon: Landmark, only: 'owners' },
  { href: '/admin/cash', label: 'Cash', icon: Banknote },
  { href: '/admin/tips', label: 'Tips', icon: HandCoins, only: 'owners' },
  { href: '/admin/reconciliation', label: 'Reconciliation', icon: ArrowLeftRight, only: 'owners' },
  { href: '/admin/webhooks', label: 'Webhooks', icon: Inbox, only: 'admins' },
  { href: '/admin/audit', label: 'Audit log', icon: ScrollText, only: 'owners' },
  { href: '/admin/settings', label: 'Settings', icon: Settings },
  { href: '/admin/system', label: 'System', icon: Server, only: 'admins' },
];

/** The pages on which this person finds something, at the restaurant that is chosen. */
export function useNav(): readonly NavItem[] {
  const { role } = useViewer();
  const isOwner = useIsOwner();
  const mayRead = { admins: role === 'admin', owners: isOwner };
  return NAV.filter(({ only }) => only === undefined || mayRead[only]);
}
