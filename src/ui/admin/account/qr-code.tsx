import { encode } from 'uqr';

/** Light modules around the code, as its standard asks for (ISO/IEC 18004). */
const QUIET_MODULES = 4;

/** `text` for a phone's camera, drawn here: nobody else is asked. Black on white also on dark pages, which cameras want. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_MODULES });
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="w-48 max-w-full rounded-lg bg-white"
    >
      <path d={darkModules(data)} fill="#000" />
    </svg>
  );
}

/** One square per dark module. */
export function darkModules(rows: readonly (readonly boolean[])[]): string {
  return rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
}
