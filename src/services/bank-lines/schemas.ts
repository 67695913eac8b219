import { z } from 'zod';
import { idempotencyKey, plainText } from '../payments/schemas';

/** The account's name, e.g. `main` or the last digits of its number. */
const account = z.string().trim().pipe(plainText(1, 64));
const column = z.string().trim().pipe(plainText(1, 100));

export const DATE_FORMATS = ['YYYY-MM-DD', 'DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'YYYYMMDD'] as const;

/** Which column of the bank's file means what, by the names of its header line. */
export const bankMapping = z.object({
  delimiter: z.enum([',', ';', '\t']).default(','),
  /** Lines above the header. */
  skipLines: z.int().min(0).max(50).default(0),
  date: column,
  dateFormat: z.enum(DATE_FORMATS),
  /** One signed column, or one for what came in and one for what went out. */
  amount: z.union([
    z.object({ kind: z.literal('SIGNED'), column }),
    z.object({ kind: z.literal('IN_OUT'), inColumn: column, outColumn: column }),
  ]),
  decimalSign: z.enum(['.', ',']),
  /** A column that says it, or one for the whole file. */
  currency: z.union([
    z.object({ kind: z.literal('COLUMN'), column }),
    z.object({ kind: z.literal('FIXED'), currency: z.string().regex(/^[A-Z]{3}$/) }),
  ]),
  description: column,
  reference: column.optional(),
  /** Only lines whose description or reference contains one of these are kept; none: all. Other lines are not ours to read. */
  only: z
    .array(z.string().trim().pipe(plainText(1, 100)))
    .max(10)
    .default(['STRIPE']),
});
export type BankMapping = z.output<typeof bankMapping>;

/** Characters, so that most files fit through the door (server/doors.ts), which counts bytes; a month of a busy account is below it. */
const MAX_FILE = 200_000;
const TOO_LONG = 'is too long for one import: take a shorter period at a time';

export const previewBankInput = z.object({
  account,
  file: z.string().min(1).max(MAX_FILE, TOO_LONG),
  /** Without it: the one saved for the account. */
  mapping: bankMapping.optional(),
  /** What the statement covers, where that is more than the days of its lines. Both days included. */
  period: z
    .object({ firstDay: z.iso.date(), lastDay: z.iso.date() })
    .refine(({ firstDay, lastDay }) => firstDay <= lastDay, 'its first day comes after its last')
    .optional(),
});
export type PreviewBankInput = z.input<typeof previewBankInput>;

export const importBankInput = previewBankInput.extend({ idempotencyKey });
export type ImportBankInput = z.input<typeof importBankInput>;

/** Amounts in minor units; positive: the bank received it. */
export interface BankLineView {
  line: number;
  bookedOn: string;
  amountMinor: number;
  currency: string;
  description: string;
  reference: string | null;
}

export interface BankPreview {
  account: string;
  /** The header's columns, to choose from. */
  columns: string[];
  /** The first 50 lines that would be kept. */
  lines: BankLineView[];
  lineCount: number;
  /** Lines that are about something else. */
  skippedCount: number;
  /** Lines about payouts that move nothing: they are passed over. */
  zeroCount: number;
  /** What the file covers, by the days of all its lines or as given; null: no line has a day. */
  firstDay: string | null;
  lastDay: string | null;
  /** Lines that could not be read: nothing is imported before there are none. */
  problems: { line: number; problem: string }[];
  totals: { currency: string; count: number; amountMinor: number }[];
  /** Kept already, from another file that overlaps. */
  knownCount: number;
  /** This very file was imported and read the same way: an import does nothing. */
  isRepeat: boolean;
  /** This very file was imported and read another way: an import replaces its lines. */
  isReplacement: boolean;
}

export interface BankImportView {
  id: string;
  account: string;
  currency: string;
  /** What the file covers: payouts of these days that no line shows did not arrive. */
  firstDay: string;
  lastDay: string;
  /** Lines about payouts. None: the file shows only that no payout arrived on its days. */
  lineCount: number;
  newCount: number;
  /** Lines that an earlier reading of this file had brought, and that no file has any more. */
  removedCount: number;
  /** This very file was imported before and read the same way: nothing was done. */
  isRepeat: boolean;
  /** This very file was imported before and read another way: its lines were replaced. */
  isReplacement: boolean;
  importedBy: string;
  createdAt: string;
}

export interface BankMappingView {
  account: string;
  mapping: BankMapping;
  updatedBy: string;
  updatedAt: string;
}
