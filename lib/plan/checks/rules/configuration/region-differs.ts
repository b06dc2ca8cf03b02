import type { Plan } from "../../../types";
import type { Check, Rule } from "../../types";
import { family } from "./region-family";

/** What a command makes must be made where the plan says that the new side is. */
const check: Check = (plan) => {
  const named = plan.placesNamed.map((place, i) => ({ ...place, path: `placesNamed[${i}]` }));
  const stated = named.filter((place) => place.role === "stated");
  return named.flatMap((made, i) => {
    if (made.role !== "command" || stated.some((place) => place.region === made.region)) return [];
    // Codes of another host say nothing of this one; without a stated region the other commands do.
    const like = stated.filter((place) => family(place.region) === family(made.region));
    const others = like.length > 0 ? like : sameCommands(named, i);
    const [other] = others;
    if (other === undefined) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: made.path,
        also: [other.path],
        message: `"${made.what.slice(0, 120)}" makes something in ${made.region}, the plan says ${other.region}.`,
        expected: other.region,
        found: made.region,
        hint: "Correct the command, or say that this part belongs elsewhere.",
      },
    ];
  });
};

type Named = Plan["placesNamed"][number] & { path: string };

/** The other commands of the same host, where at least two agree and none shares this region. */
function sameCommands(named: readonly Named[], at: number): Named[] {
  const made = named[at];
  const others = named.filter((place, i) => i !== at && place.role === "command" && made !== undefined && family(place.region) === family(made.region));
  const regions = new Set(others.map((place) => place.region));
  return others.length >= 2 && regions.size === 1 && made !== undefined && !regions.has(made.region) ? others : [];
}

const places = (region: string) => `placesNamed:
  - { region: eu-west-1, role: stated, what: All data stays in eu-west-1 }
  - { region: ${region}, role: command, what: create database }
`;

export const rule: Rule = {
  code: "region-differs",
  family: "configuration",
  levels: ["error"],
  says: "A command makes something in another region than the plan says.",
  example: {
    wrong: places("eu-central-1"),
    finds: '"create database" makes something in eu-central-1, the plan says eu-west-1.',
    right: places("eu-west-1"),
  },
  check,
};
