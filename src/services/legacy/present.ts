/** The entries that have a value: on the legacy wire what is not there is left out, never null. */
export function present<T extends Record<string, unknown>>(
  fields: T,
): { [Key in keyof T]?: NonNullable<T[Key]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]?: NonNullable<T[Key]> };
}
