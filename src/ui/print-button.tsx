'use client';

import { Button } from './button';

/** Opens the browser's own print dialog, which also saves as PDF. */
export function PrintButton() {
  return <Button onClick={() => window.print()}>Print or save</Button>;
}
