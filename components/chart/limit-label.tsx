interface LimitLabelProps {
  /** Handed in by the chart: where the line runs. */
  viewBox?: { x?: number; y?: number; width?: number };
  text: string;
  color: string;
}

/** Label at the right end of a horizontal limit, on a plate of the panel's colour so that bars and lines do not cut it. */
export function LimitLabel({ viewBox, text, color }: LimitLabelProps) {
  const { x = 0, y = 0, width = 0 } = viewBox ?? {};
  const room = Math.floor((width - 12) / 6.4);
  const shown = text.length > room ? `${text.slice(0, Math.max(4, room - 1))}…` : text;
  const plate = Math.min(width, shown.length * 6.4 + 10);
  return (
    <g>
      <rect x={x + width - plate} y={y - 18} width={plate} height={15} rx={3} fill="var(--panel)" fillOpacity={0.88} />
      <text x={x + width - 5} y={y - 6} textAnchor="end" fontSize={12} fill={color}>
        {shown}
      </text>
    </g>
  );
}
