import type { Plan } from "../../../types";
import type { Check, Rule } from "../../types";
import { family } from "./region-family";

type Named = Plan["placesNamed"][number] & { path: string };

/** Two sentences say in which region the new side is, and each names another one. */
const check: Check = (plan) => {
  const stated = plan.placesNamed.map((place, i) => ({ ...place, path: `placesNamed[${i}]` })).filter((place) => place.role === "stated");
  // A sentence with two regions speaks of several places on purpose.
  const alone = stated.filter((place) => !stated.some((other) => other !== place && other.region !== place.region && sameLine(other, place)));
  const regions = new Map<string, Named[]>();
  for (const place of alone) regions.set(place.region, [...(regions.get(place.region) ?? []), place]);
  const [first, second] = [...regions.values()].toSorted((a, b) => b.length - a.length);
  const [kept, odd] = [first?.[0], second?.[0]];
  if (regions.size !== 2 || alone.length !== stated.length || kept === undefined || odd === undefined || family(kept.region) !== family(odd.region)) return [];
  return [
    {
      code: rule.code,
      level: "warning" as const,
      path: odd.path,
      also: (first ?? []).slice(0, 3).map(({ path }) => path),
      message: `"${odd.what.slice(0, 100)}" names ${odd.region}, elsewhere the plan says ${kept.region}.`,
      expected: kept.region,
      found: odd.region,
      hint: "Say one region, or which part is in the other one.",
    },
  ];
};

const sameLine = (a: Named, b: Named) => [a.line ?? 0].flat()[0] === [b.line ?? 0].flat()[0];

const places = (region: string) => `placesNamed:
  - { region: westeurope, role: stated, what: Everything goes to West Europe, line: 3 }
  - { region: ${region}, role: stated, what: The region is decided, line: 9 }
`;

export const rule: Rule = {
  code: "region-conflict",
  family: "configuration",
  levels: ["warning"],
  says: "Two places name different regions for the new side.",
  example: {
    wrong: places("northeurope"),
    finds: '"The region is decided" names northeurope, elsewhere the plan says westeurope.',
    right: places("westeurope"),
  },
  check,
};
