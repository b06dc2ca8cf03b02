import type { Plan } from "../../../types";
import type { Check, Noticed, Rule } from "../../types";

const OTHERS = new Set(["port", "provider", "store", "does"]);

/** What the drawing shows and what is configured must be the same. */
const check: Check = (plan) => {
  const configured = new Map<string, Given[]>();
  plan.readings.forEach((reading, i) => {
    if (reading.from === "diagram" || OTHERS.has(reading.setting)) return;
    const key = keyOf(reading);
    configured.set(key, [...(configured.get(key) ?? []), { reading, path: `readings[${i}]` }].slice(0, MOST));
  });
  const seen = new Set<string>();
  return plan.readings.flatMap((drawn, i): Noticed[] => {
    if (drawn.from !== "diagram" || OTHERS.has(drawn.setting)) return [];
    const key = keyOf(drawn);
    const given = configured.get(key) ?? [];
    const [one] = given;
    if (one === undefined || seen.has(key) || given.some(({ reading }) => fits(drawn, reading))) return [];
    seen.add(key);
    return [
      {
        code: rule.code,
        level: "warning",
        path: `readings[${i}]`,
        also: given.slice(0, 4).map(({ path }) => path),
        message: `${drawn.subject}: ${drawn.setting} is ${shown(drawn)} in the diagram and ${shown(one.reading)} in the ${one.reading.from}.`,
        expected: shown(drawn),
        found: shown(one.reading),
        hint: "Bring drawing and configuration together.",
      },
    ];
  });
};

type Reading = Plan["readings"][number];
interface Given {
  reading: Reading;
  path: string;
}
/** Places of one setting that are looked at. */
const MOST = 20;

function keyOf({ subject, setting }: Reading): string {
  return `${plain(subject)} ${setting}`;
}

function shown({ value, max, unit }: Reading): string {
  return `${value}${max === undefined ? "" : `–${max}`}${unit === undefined ? "" : ` ${unit}`}`;
}

/** Equal, or a range against the same range; a fixed number is not a range. */
function fits(drawn: { value: unknown; max?: number | undefined }, given: { value: unknown; max?: number | undefined }): boolean {
  return drawn.value === given.value && drawn.max === given.max;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

export const rule: Rule = {
  code: "config-vs-architecture",
  family: "configuration",
  levels: ["warning"],
  says: "The diagram shows another value than the configuration has.",
  example: {
    wrong:
      "readings: [{ subject: server, setting: memory, value: 256, unit: MB, from: diagram }, { subject: server, setting: memory, value: 512, unit: MB, from: configuration }]\n",
    finds: "server: memory is 256 MB in the diagram and 512 MB in the configuration.",
    right:
      "readings: [{ subject: server, setting: memory, value: 512, unit: MB, from: diagram }, { subject: server, setting: memory, value: 512, unit: MB, from: configuration }]\n",
  },
  check,
};
