import { parseDuration } from "@/lib/core/duration";
import { plain } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";
import { knownUnit } from "./units";

/** To notice an outage of a length, something must look more often than that. */
const check: Check = (plan) => {
  const checks = plan.monitors.flatMap((monitor, i) => {
    const ms = monitor.interval === undefined || !["http", "tcp", "dns"].includes(monitor.type) ? null : parseDuration(monitor.interval);
    return ms === null || ms === 0 ? [] : [{ ms, name: monitor.name, path: `monitors[${i}]` }];
  });
  const fastest = checks.toSorted((a, b) => a.ms - b.ms)[0];
  if (fastest === undefined) return [];
  return plan.alertRules.flatMap((entry, i): Noticed[] => {
    const metric = plan.metrics.find((candidate) => candidate.key === entry.metric);
    const unit = knownUnit(entry.unit ?? metric?.unit);
    const words = `${metric?.key ?? ""} ${metric?.name ?? ""} ${entry.name ?? ""}`.replaceAll(/[_-]/g, " ");
    if (unit?.kind !== "time" || !/\b(down|downtime|outage|unavailable|ausfall|indisponib\w*|ca[ií]d[ao])\b/i.test(words)) return [];
    const levels = [entry.warning, entry.critical, ...entry.levels].flatMap((level) => (level === undefined ? [] : [level.value]));
    const shortest = Math.min(...levels) * unit.factor * 1_000;
    if (!Number.isFinite(shortest) || shortest > fastest.ms) return [];
    return [
      {
        code: rule.code,
        level: "warning",
        path: `alertRules[${i}]`,
        also: checks
          .filter((one) => one.ms === fastest.ms)
          .slice(0, 3)
          .map(({ path }) => path),
        message: `${entry.name ?? metric?.name ?? entry.key} is to speak after ${plain(shortest / 1_000)} s, but the fastest check (${fastest.name}) looks every ${plain(fastest.ms / 1_000)} s.`,
        expected: `an interval below ${plain(shortest / 1_000)} s`,
        found: `${plain(fastest.ms / 1_000)} s`,
      },
    ];
  });
};

const plan = (interval: string) => `metrics: [{ key: down_s, name: Down, unit: s }]
monitors: [{ key: site, name: Site, type: http, target: "https://example.test", interval: ${interval} }]
alertRules: [{ key: down, name: Site down, metric: down_s, critical: { value: 30 } }]
`;

export const rule: Rule = {
  code: "alert-vs-check-interval",
  family: "triggers-and-thresholds",
  levels: ["warning"],
  says: "An alert on an outage is shorter than the interval at which anything looks.",
  example: { wrong: plan("30s"), finds: "Site down is to speak after 30 s, but the fastest check (Site) looks every 30 s.", right: plan("10s") },
  check,
};
