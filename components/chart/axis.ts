/** Round steps from 0 up to at least `max`: the same for every amount chart. About `count` of them. */
export function amountTicks(max: number, count = 5): number[] {
  if (!(max > 0)) return [0, 1];
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let at = 0; at < max + step; at += step) ticks.push(Number(at.toPrecision(12)));
  return ticks;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The first shown day of each month (every second, third … where there are many): ticks of a day axis. */
export function monthTicks(days: readonly string[], most = 8): string[] {
  const firsts = days.filter((day, at) => at === 0 || day.slice(0, 7) !== days[at - 1]?.slice(0, 7));
  const inner = firsts.length > 2 ? firsts.slice(1) : firsts;
  const every = Math.max(1, Math.ceil(inner.length / most));
  return inner.filter((_, at) => at % every === 0);
}

/** `Nov 26` of `2026-11-20` or `2026-11`. */
export function monthLabel(day: string): string {
  return `${MONTHS[Number(day.slice(5, 7)) - 1] ?? ""} ${day.slice(2, 4)}`;
}

/** `20 Nov 2026` of `2026-11-20`, `November 2026` style is left to the server. */
export function dayLabel(day: string): string {
  return `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1] ?? ""} ${day.slice(0, 4)}`;
}

/** Ticks of money, all in the same unit: `$0`, `$0.5K`, `$1.0K`. */
export function moneyTick(currency: string, ticks: readonly number[]): (value: number) => string {
  const top = ticks.at(-1) ?? 0;
  const [size, suffix] = top >= 2_000_000 ? [1_000_000, "M"] : top >= 2_000 ? [1_000, "K"] : [1, ""];
  const step = ((ticks[1] ?? 1) - (ticks[0] ?? 0)) / size;
  const digits = Number.isInteger(step) ? 0 : Math.min(2, Math.max(1, -Math.floor(Math.log10(step % 1 || 1))));
  const symbol =
    new Intl.NumberFormat("en-US", { style: "currency", currency, currencyDisplay: "narrowSymbol" }).formatToParts(0).find((part) => part.type === "currency")
      ?.value ?? currency;
  return (value) => (value === 0 ? `${symbol}0` : `${symbol}${(value / size).toFixed(digits)}${suffix}`);
}

/** Full amount for tooltips and tables. */
export function moneyFull(currency: string): (value: number) => string {
  const format = new Intl.NumberFormat("en-US", { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  return (value) => format.format(value);
}
