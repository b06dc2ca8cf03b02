import { dayExample } from "../../example-plan";
import { everyMigration, first, quoted } from "../../flow";
import type { Check, Rule } from "../../types";

/** What the plan leads to must be put in place by one of its steps. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, _at, flow, back) => {
    const moved = first(flow, "switch-traffic", "switch-database");
    const deployed = flow.filter((act) => act.does === "deploy" && (moved === undefined || act.at <= moved.at));
    const [tried] = deployed;
    if (moved !== undefined && tried !== undefined && deployed.every((act) => act.environment !== undefined && act.environment !== "production")) {
      return [
        {
          code: rule.code,
          level: "error" as const,
          path: moved.path,
          also: [tried.path],
          message: `${migration.name}: ${quoted(moved)} leads users to a side that was never deployed: the only deployment is ${tried.environment}.`,
          expected: "a deployment to production",
          found: tried.environment ?? "",
          hint: "Add the step that deploys the new side for production.",
        },
      ];
    }
    const returns = back.find((act) => act.does === "return" && act.by === "dns");
    const copied = last(flow);
    if (moved !== undefined || returns === undefined || copied === undefined || migration.traffic.length > 0) return [];
    // A phase that is the window holds the switch, in whatever words.
    if (migration.phases.some((phase) => phase.role === "window")) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: returns.path,
        also: [copied],
        message: `${migration.name}: the rollback takes DNS back, but no step of the migration changes it.`,
        expected: "a step that moves traffic",
        hint: "Add the step that brings users to the new side.",
      },
    ];
  });

function last(flow: Parameters<Parameters<typeof everyMigration>[1]>[2]): string | undefined {
  return flow.findLast((act) => act.does === "copy-data" || act.does === "deploy")?.path;
}

export const rule: Rule = {
  code: "cutover-step-missing",
  family: "cutover-safety",
  levels: ["error"],
  says: "Users are led to a side that no step deploys, or nothing leads them there at all.",
  example: {
    wrong: dayExample(["Deploy to staging: deploy, environment: staging", "Change DNS: switch-traffic, by: dns"]),
    finds: 'Move: "Change DNS" leads users to a side that was never deployed: the only deployment is staging.',
    right: dayExample(["Deploy to staging: deploy, environment: staging", "Deploy: deploy, environment: production", "Change DNS: switch-traffic, by: dns"]),
  },
  check,
};
