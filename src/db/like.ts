/** Text that means itself in a pattern of LIKE, in which three characters mean something else. */
export function literally(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
