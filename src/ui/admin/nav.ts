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

export interface NavItem {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Platform staff only. */
  adminOnly?: true;
}

/** The pages in the order of the menu. */
export const NAV: readonly NavItem[] = [
  { href: '/admin', label: 'Overview', icon: ChartNoAxesCombined },
  { href: '/admin/payments', label: 'Payments', icon: CreditCard },
  { href: '/admin/splits', label: 'Splits', icon: Split },
  { href: '/admin/refunds', label: 'Refunds', icon: Undo2 },
  { href: '/admin/disputes', label: 'Disputes', icon: ShieldAlert },
  { href: '/admin/payouts', label: 'Payouts', icon: Landmark },
  { href: '/admin/cash', label: 'Cash', icon: Banknote },
  { href: '/admin/tips', label: 'Tips', icon: HandCoins },
  { href: '/admin/reconciliation', label: 'Reconciliation', icon: ArrowLeftRight },
  { href: '/admin/webhooks', label: 'Webhooks', icon: Inbox, adminOnly: true },
  { href: '/admin/audit', label: 'Audit log', icon: ScrollText },
  { href: '/admin/settings', label: 'Settings', icon: Settings },
  { href: '/admin/system', label: 'System', icon: Server, adminOnly: true },
];
