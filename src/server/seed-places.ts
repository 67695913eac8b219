/** A restaurant of the demo with its people, tables and menu. Prices in minor units of its currency, without tax. */
export interface DemoPlace {
  id: string;
  name: string;
  currency: string;
  timeZone: string;
  closingHour: number;
  locale: string;
  address: string;
  /** Sales tax in parts per 100,000 of the subtotal: 8,875 is 8.875 %. */
  taxPer100000: number;
  owner: DemoPerson;
  staff: DemoPerson;
  tables: readonly { id: string; name: string }[];
  /** Who sits at the first table; the first of them is the host. */
  guestNames: readonly string[];
  menu: readonly DemoDish[];
}

export interface DemoPerson {
  userId: string;
  name: string;
  email: string;
}

export interface DemoDish {
  id: string;
  name: string;
  unitMinor: number;
}

/** Signed in at the platform; belongs to no restaurant. */
export const DEMO_CUSTOMER: DemoPerson = {
  userId: 'demo-customer-olivia',
  name: 'Olivia Park',
  email: 'olivia@example.com',
};

/** Platform staff. */
export const DEMO_ADMIN_ID = 'demo-admin';

/** Two tenants in two currencies: dollars with cents, yen without. */
export const DEMO_PLACES = {
  bella: {
    id: 'demo-bella-napoli',
    name: 'Bella Napoli',
    currency: 'USD',
    timeZone: 'America/New_York',
    closingHour: 4,
    locale: 'en-US',
    address: '214 Mulberry Street, New York, NY 10012',
    taxPer100000: 8_875,
    owner: { userId: 'demo-owner-giulia', name: 'Giulia Esposito', email: 'giulia@example.com' },
    staff: { userId: 'demo-staff-sam', name: 'Sam Rivera', email: 'sam@example.com' },
    tables: [
      { id: 'demo-bella-t1', name: 'Window 1' },
      { id: 'demo-bella-t2', name: 'Garden 2' },
      { id: 'demo-bella-t3', name: 'Bar 3' },
    ],
    guestNames: ['Marco', 'Anna', 'Luca'],
    menu: [
      { id: 'margherita', name: 'Pizza Margherita', unitMinor: 1650 },
      { id: 'cacio', name: 'Cacio e pepe', unitMinor: 2150 },
      { id: 'burrata', name: 'Burrata, heirloom tomatoes', unitMinor: 1425 },
      { id: 'tiramisu', name: 'Tiramisù', unitMinor: 1050 },
      { id: 'chianti', name: 'Chianti, glass', unitMinor: 1300 },
      { id: 'espresso', name: 'Espresso', unitMinor: 375 },
    ],
  },
  sakura: {
    id: 'demo-sakura',
    name: 'Sakura 桜',
    currency: 'JPY',
    timeZone: 'Asia/Tokyo',
    closingHour: 5,
    locale: 'ja-JP',
    address: '東京都渋谷区神南 1-12-10',
    taxPer100000: 10_000,
    owner: { userId: 'demo-owner-haruto', name: 'Haruto Sato', email: 'haruto@example.com' },
    staff: { userId: 'demo-staff-yui', name: 'Yui Tanaka', email: 'yui@example.com' },
    tables: [
      { id: 'demo-sakura-t1', name: 'Counter 1' },
      { id: 'demo-sakura-t2', name: 'Tatami 2' },
    ],
    guestNames: ['Kenji', 'Mei'],
    menu: [
      { id: 'nigiri', name: '握り寿司 Nigiri, 8 pieces', unitMinor: 2480 },
      { id: 'ramen', name: '醤油ラーメン Shoyu ramen', unitMinor: 1180 },
      { id: 'tempura', name: '天ぷら Tempura', unitMinor: 1650 },
      { id: 'matcha', name: '抹茶アイス Matcha ice cream', unitMinor: 520 },
    ],
  },
} as const satisfies Record<string, DemoPlace>;
