import { storableJson } from './storable-json';

/** A parameter of a statement that takes lists (`takesLists` in sql.ts): what is undefined is left out and so becomes NULL. */
export function list(...entries: readonly object[]): string {
  return storableJson(JSON.stringify(entries));
}

/** Several lists as one. Each must come from `list`, as text is put beside text. */
export function joinLists(lists: readonly string[]): string {
  const contents = lists.map((text) => text.slice(1, -1)).filter((content) => content !== '');
  return `[${contents.join(',')}]`;
}
