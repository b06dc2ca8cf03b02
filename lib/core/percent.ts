/** A share as people read it, to a tenth: `24.1 %`; a dash where it is not known. */
export function formatPercent(percent: number | null): string {
  return percent === null ? "–" : `${Math.round(percent * 10) / 10} %`;
}
