/** The id that a person typed, or the one at the end of the address of a page about it. */
export function typedId(text: string): string {
  const [path = ''] = text.trim().split(/[?#]/);
  return path.split('/').at(-1) ?? path;
}
