import { APPROACH_SHARE } from "@/lib/trigger/evaluate";
import type { Bounds, CellDocument, Edge, MatrixCell, MatrixDocument, MatrixInput, MatrixRowInput, MatrixRowView, MetricNow } from "./types";
import { formatLimit, formatMetric, formatNumber } from "./words";

/**
 * The declared matrix with its cells as bounds and text, money with its sign where `unitOf` knows the metric's unit.
 * Cells beyond the columns are dropped, missing ones are empty.
 */
export function readMatrix(document: MatrixDocument, unitOf: (metric: string) => string = () => ""): MatrixInput {
  return {
    source: "declared",
    title: document.title ?? null,
    columns: document.columns,
    rows: document.rows.map((row) => ({
      metric: row.metric,
      label: row.label ?? null,
      role: row.role,
      cells: document.columns.map((_, i) => {
        const cell = row.cells[i];
        return cell === undefined
          ? { text: "", bounds: null }
          : { text: cellText(cell, unitOf(row.metric)), bounds: row.role === "result" ? null : cellBounds(cell) };
      }),
    })),
  };
}

/** The values a declared cell speaks for; null when it only describes. */
export function cellBounds(cell: CellDocument): Bounds | null {
  if (cell.type === "range") return cell.max < cell.min ? null : { low: cell.min, lowIncluded: true, high: cell.max, highIncluded: true };
  if (cell.type !== "threshold") return null;
  const value = Number(cell.value);
  const above = (lowIncluded: boolean, low = value): Bounds => ({ low, lowIncluded, high: null, highIncluded: false });
  const below = (highIncluded: boolean): Bounds => ({ low: null, lowIncluded: false, high: value, highIncluded });
  switch (cell.op) {
    case ">":
      return above(false);
    case ">=":
      return above(true);
    case "<":
      return below(false);
    case "<=":
      return below(true);
    case "approaches":
      return above(true, value - APPROACH_SHARE * Math.abs(value));
    case "is":
      return { low: value, lowIncluded: true, high: value, highIncluded: true };
    default:
      return null;
  }
}

function cellText(cell: CellDocument, unit: string): string {
  if (cell.text !== undefined) return cell.text;
  switch (cell.type) {
    case "money":
      return `${formatLimit(cell.amount, unit)} / ${cell.period}`;
    case "trajectory":
      return `${formatNumber(cell.from)} → ${formatNumber(cell.to)}`;
    default: {
      const bounds = cellBounds(cell);
      return bounds === null ? "" : boundsText(bounds, cell.type === "threshold" && typeof cell.value === "boolean", unit);
    }
  }
}

/** `0–1,000`, `> 1,000`, `≤ 5`, `yes`. */
export function boundsText(bounds: Bounds, yesNo: boolean, unit = ""): string {
  const { low, high } = bounds;
  if (low !== null && low === high) return yesNo ? (low === 0 ? "no" : "yes") : formatLimit(low, unit);
  if (low !== null && high !== null) return `${formatLimit(low, unit)}–${formatLimit(high, unit)}`;
  if (low !== null) return `${bounds.lowIncluded ? "≥" : ">"} ${formatLimit(low, unit)}`;
  if (high !== null) return `${bounds.highIncluded ? "≤" : "<"} ${formatLimit(high, unit)}`;
  return "any";
}

/** Whether the bounds hold the value. */
export function holds(bounds: Bounds, value: number): boolean {
  const above = bounds.low === null || value > bounds.low || (bounds.lowIncluded && value === bounds.low);
  const below = bounds.high === null || value < bounds.high || (bounds.highIncluded && value === bounds.high);
  return above && below;
}

/**
 * The column that holds the value. Where several do (`> 1K` and `> 10K`, or two ranges that share an end), the one whose
 * start the value has passed by least, which is the furthest stage reached; among equals the later column.
 */
export function currentCell(cells: readonly MatrixCell[], value: number): number | null {
  let best: number | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  cells.forEach(({ bounds }, index) => {
    if (bounds === null || !holds(bounds, value)) return;
    const from = bounds.low ?? bounds.high;
    const distance = from === null ? Number.MAX_VALUE : Math.abs(value - from);
    if (distance <= bestDistance) [best, bestDistance] = [index, distance];
  });
  return best;
}

/** The nearest end of the cell that holds the value, and who holds the other side. */
export function nextEdge(cells: readonly MatrixCell[], columns: readonly { stack: string }[], current: number, value: number): Edge | null {
  const bounds = cells[current]?.bounds;
  if (!bounds) return null;
  const beyond = (edge: number, direction: 1 | -1) => {
    const probe = edge + direction * Math.max(1e-9, Math.abs(edge) * 1e-9);
    const index = currentCell(
      cells.map((cell, i) => (i === current ? { ...cell, bounds: null } : cell)),
      probe,
    );
    return index === null ? null : (columns[index]?.stack ?? null);
  };
  const edgeAt = (edge: number, direction: 1 | -1): Edge => ({
    value: edge,
    distancePercent: (Math.abs(edge - value) / (Math.abs(edge) || Math.max(Math.abs(value), 1))) * 100,
    sharePercent: direction === 1 && edge > 0 && value >= 0 ? (value / edge) * 100 : null,
    beyond: beyond(edge, direction),
    direction: direction === 1 ? "up" : "down",
  });
  const edges = [
    ...(bounds.high === null ? [] : [edgeAt(bounds.high, 1)]),
    ...(bounds.low === null ? [] : [edgeAt(bounds.low, -1)]),
    // "Nothing below zero users" is no edge: nobody holds the other side.
  ].filter((edge) => edge.beyond !== null);
  // A wider cell further on may hold the value as well (> 1K and > 10K): its start is where the next stage begins.
  for (const [index, cell] of cells.entries()) {
    const low = cell.bounds?.low;
    if (index !== current && low !== null && low !== undefined && low > value) edges.push({ ...edgeAt(low, 1), beyond: columns[index]?.stack ?? null });
  }
  return edges.sort((a, b) => a.distancePercent - b.distancePercent)[0] ?? null;
}

/** Rows with where each metric stands now, nearest to its edge first, unknown ones and results last. */
export function placeRows(matrix: MatrixInput, metrics: ReadonlyMap<string, MetricNow>, now: Date): Omit<MatrixRowView, "spark" | "projection">[] {
  return matrix.rows.map((row) => placeRow(matrix, row, metrics.get(row.metric), now)).sort(byUrgency);
}

function placeRow(matrix: MatrixInput, row: MatrixRowInput, metric: MetricNow | undefined, now: Date): Omit<MatrixRowView, "spark" | "projection"> {
  const value = metric?.value ?? null;
  const current = value === null || row.role === "result" ? null : currentCell(row.cells, value);
  const kind = metric?.kind ?? "number";
  return {
    metric: row.metric,
    label: row.label ?? metric?.name ?? row.metric,
    unit: metric?.unit ?? "",
    kind,
    role: row.role,
    value,
    valueText: value === null ? "" : formatMetric(value, kind, metric?.unit ?? ""),
    at: metric?.at?.toISOString() ?? null,
    ageMs: metric?.at ? now.getTime() - metric.at.getTime() : null,
    source: metric?.source ?? null,
    freshness: metric?.freshness ?? "unknown",
    cells: row.cells,
    currentCell: current,
    speaksFor: current === null ? null : (matrix.columns[current]?.stack ?? null),
    edge: current === null || value === null || kind === "boolean" ? null : nextEdge(row.cells, matrix.columns, current, value),
  };
}

function byUrgency(a: Pick<MatrixRowView, "role" | "value" | "edge">, b: Pick<MatrixRowView, "role" | "value" | "edge">): number {
  const rank = (row: typeof a) => (row.role === "result" ? 3 : row.value === null ? 2 : row.edge === null ? 1 : 0);
  return rank(a) - rank(b) || (a.edge?.distancePercent ?? 0) - (b.edge?.distancePercent ?? 0);
}
