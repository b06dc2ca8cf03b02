import { moveExample, stepLine } from "../../example-plan";
import { everyMigration, quoted } from "../../flow";
import type { Check, Rule } from "../../types";

/** A window is short: what can be written the week before should not be written in it. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, at, flow) => {
    const window = migration.phases.findIndex((phase) => phase.role === "window");
    const named = migration.phases.findIndex((phase) => phase.role === "preparation");
    // Whatever comes before the window can prepare it.
    const preparation = named >= 0 ? named : window > 0 ? 0 : -1;
    const work = flow.find((act) => act.does === "author" && act.phase !== null && act.phase > preparation && migration.phases[act.phase]?.role === "window");
    if (preparation < 0 || work === undefined) return [];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: work.path,
        also: [`${at}.phases[${preparation}]`, `${at}.phases[${work.phase}]`],
        message: `${migration.name}: ${quoted(work)} is done in the window "${migration.phases[work.phase ?? 0]?.title}"; it belongs into "${migration.phases[preparation]?.title}".`,
        expected: migration.phases[preparation]?.title ?? "",
        found: migration.phases[work.phase ?? 0]?.title ?? "",
        hint: "Write and test it before the window opens.",
      },
    ];
  });

const phases = (before: string[], within: string[]) => [
  "- { key: week, title: Week before, role: preparation, steps: [",
  ...before.map((step, i) => `${stepLine(step, i).replace(/^ *- /, "    ")},`),
  "  ] }",
  "- { key: night, title: Night, role: window, steps: [",
  ...within.map((step, i) => `${stepLine(step, i + 5).replace(/^ *- /, "    ")},`),
  "  ] }",
];

export const rule: Rule = {
  code: "work-in-window-not-in-preparation",
  family: "cutover-safety",
  levels: ["warning"],
  says: "Something is written during the maintenance window although a preparation is planned.",
  example: {
    wrong: moveExample(phases(["Order servers: verify"], ["Write the manifests: author", "Change DNS: switch-traffic"])),
    finds: 'Move: "Write the manifests" is done in the window "Night"; it belongs into "Week before".',
    right: moveExample(phases(["Order servers: verify", "Write the manifests: author"], ["Change DNS: switch-traffic"])),
  },
  check,
};
