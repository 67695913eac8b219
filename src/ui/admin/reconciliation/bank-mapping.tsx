import { Field, Input, Select } from '@/ui/kit/field';

const DATE_FORMATS = ['YYYY-MM-DD', 'DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'YYYYMMDD'] as const;
const DELIMITERS = [',', ';', '\t'] as const;

export const NEW_MAPPING = {
  date: 'Date',
  amount: 'Amount',
  description: 'Description',
  reference: '',
  dateFormat: 'YYYY-MM-DD',
  delimiter: ',',
  decimalSign: '.',
  currency: 'USD',
};
type Typed = typeof NEW_MAPPING;

/** The columns as the API takes them. */
export function mappingOf(typed: Typed) {
  return {
    date: typed.date,
    dateFormat: DATE_FORMATS.find((format) => format === typed.dateFormat) ?? 'YYYY-MM-DD',
    amount: { kind: 'SIGNED' as const, column: typed.amount },
    decimalSign: typed.decimalSign === ',' ? (',' as const) : ('.' as const),
    delimiter: DELIMITERS.find((sign) => sign === typed.delimiter) ?? (',' as const),
    currency: { kind: 'FIXED' as const, currency: typed.currency.toUpperCase() },
    description: typed.description,
    ...(typed.reference && { reference: typed.reference }),
  };
}

/** How a file's columns are named and written. */
export function BankMapping({ mapping, onChange }: { mapping: Typed; onChange(next: Typed): void }) {
  const change = (name: keyof Typed) => (event: { target: { value: string } }) =>
    onChange({ ...mapping, [name]: event.target.value });
  return (
    <fieldset className="m-0 grid min-w-0 items-start gap-3 p-0 sm:grid-cols-2">
      <legend className="mb-2 p-0 text-sm font-medium">Columns, as the file’s header names them</legend>
      {(['date', 'amount', 'description', 'reference'] as const).map((name) => (
        <Field
          key={name}
          label={
            name === 'reference' ? 'Reference (optional)' : `${name.charAt(0).toUpperCase()}${name.slice(1)}`
          }
        >
          {(control) => <Input {...control} value={mapping[name]} onChange={change(name)} />}
        </Field>
      ))}
      <Field label="Date looks like">
        {(control) => (
          <Select {...control} value={mapping.dateFormat} onChange={change('dateFormat')}>
            {DATE_FORMATS.map((format) => (
              <option key={format}>{format}</option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Columns are divided by">
        {(control) => (
          <Select {...control} value={mapping.delimiter} onChange={change('delimiter')}>
            <option value=",">comma</option>
            <option value=";">semicolon</option>
            <option value={'\t'}>tab</option>
          </Select>
        )}
      </Field>
      <Field label="Decimal sign">
        {(control) => (
          <Select {...control} value={mapping.decimalSign} onChange={change('decimalSign')}>
            <option value=".">point</option>
            <option value=",">comma</option>
          </Select>
        )}
      </Field>
      <Field label="Currency" hint="Of all lines, e.g. USD.">
        {(control) => (
          <Input {...control} value={mapping.currency} onChange={change('currency')} maxLength={3} />
        )}
      </Field>
    </fieldset>
  );
}
