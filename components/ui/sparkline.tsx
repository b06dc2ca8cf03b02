/** A strip of the last values, drawn on the server; the figure stands beside it, so it is hidden from readers. */
export function Sparkline({ values, width = 64, height = 16 }: { values: number[]; width?: number; height?: number }) {
  if (values.length < 2) return null;
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const x = (index: number) => 2 + (index * (width - 4)) / (values.length - 1);
  const y = (value: number) => 2 + (1 - (value - low) / span) * (height - 4);
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`);
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" className="inline-block align-middle text-s2">
      <polyline points={points.join(" ")} fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle cx={x(values.length - 1)} cy={y(values.at(-1) ?? 0)} r="2" fill="currentColor" />
    </svg>
  );
}
