/** What this tab keeps over a reload. A browser that keeps nothing has it until the page is left. */
const unkept = new Map<string, string>();

export function readTab(name: string): unknown {
  try {
    return JSON.parse(unkept.get(name) ?? window.sessionStorage.getItem(name) ?? 'null');
  } catch {
    return null;
  }
}

export function writeTab(name: string, value: unknown): void {
  const text = JSON.stringify(value);
  try {
    window.sessionStorage.setItem(name, text);
    unkept.delete(name);
  } catch {
    unkept.set(name, text);
  }
}

export function forgetTab(name: string): void {
  unkept.delete(name);
  try {
    window.sessionStorage.removeItem(name);
  } catch {
    // It kept nothing.
  }
}
