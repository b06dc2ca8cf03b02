import type { Check, Noticed, Rule } from "../../types";

const OTHERS = new Set(["port", "provider", "store", "does"]);

/** What the drawing shows and what is configured must be the same. */
const check: Check = (plan) => {
  const seen = new Set<string>();
  return plan.readings.flatMap((drawn, i): Noticed[] => {
    if (drawn.from !== "diagram" || OTHERS.has(drawn.setting)) return [];
    const key = `${plain(drawn.subject)} ${drawn.setting}`;
    const given = plan.readings.flatMap((reading, j) =>
      reading.from !== "diagram" && `${plain(reading.subject)} ${reading.setting}` === key ? [{ reading, path: `readings[${j}]` }] : [],
    );
    const [one] = given;
    if (one === undefined || seen.has(key) || given.some(({ reading }) => fits(drawn, reading))) return [];
    seen.add(key);
    const show = (reading: typeof drawn) =>
      `${reading.value}${reading.max === undefined ? "" : `–${reading.max}`}${reading.unit === undefined ? "" : ` ${reading.unit}`}`;
    return [
      {
        code: rule.code,
        level: "warning",
        path: `readings[${i}]`,
        also: given.slice(0, 4).map(({ path }) => path),
        message: `${drawn.subject}: ${drawn.setting} is ${show(drawn)} in the diagram and ${show(one.reading)} in the ${one.reading.from}.`,
        expected: show(drawn),
        found: show(one.reading),
        hint: "Bring drawing and configuration together.",
      },
    ];
  });
};

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
