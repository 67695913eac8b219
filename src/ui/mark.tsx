/** The service's mark, a torn-off bill. Decoration: the name stands beside it. */
export function Mark({ sizePx }: { sizePx: number }) {
  return (
    <svg width={sizePx} height={sizePx} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <path
        d="M7 3h18v26l-3-2.2-3 2.2-3-2.2-3 2.2-3-2.2L7 29V3Z"
        stroke="currentColor"
        strokeWidth="2.4"
        strokeLinejoin="round"
      />
      <path d="M12 10h8M12 15h8M12 20h4" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />
    </svg>
  );
}
