export interface Point {
  x: number;
  y: number;
}

/** The straight line with the least squares. Throws for fewer than two different x. */
export function slopeOf(points: readonly Point[]): { slope: number; at(x: number): number } {
  const n = points.length;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (!(spread > 0)) throw new Error('a slope needs two different points');
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  return { slope, at: (x) => meanY + slope * (x - meanX) };
}
