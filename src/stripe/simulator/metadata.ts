/** Merges metadata as Stripe does: an empty value removes its key, null removes all. */
export function mergeMetadata(
  current: Record<string, string> | null,
  change: Record<string, string> | null | undefined,
): Record<string, string> {
  if (change === undefined) return current ?? {};
  if (change === null) return {};
  const merged = { ...current, ...change };
  for (const key of Object.keys(merged)) if (merged[key] === '') delete merged[key];
  return merged;
}
