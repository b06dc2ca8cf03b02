/** Two stacks and one migration between them, for worked examples. `phases` and `rest` are YAML, flow style, one entry per line. */
export function moveExample(phases: readonly string[], rest: readonly string[] = []): string {
  return [
    "stacks: [{ key: old, name: Old, role: current }, { key: new, name: New, role: target }]",
    "migrations:",
    "  - key: move",
    "    name: Move",
    "    from: old",
    "    to: new",
    ...(phases.length === 0 ? [] : ["    phases:"]),
    ...phases.map((line) => `      ${line}`),
    ...rest.map((line) => `    ${line}`),
    "",
  ].join("\n");
}

/** Phase "day" with these steps; a step is `title: effect` or `title: effect, more fields of the effect`. */
export function dayExample(steps: readonly string[], rest: readonly string[] = []): string {
  return moveExample(["- key: day", "  title: Day", "  steps:", ...steps.map(stepLine)], rest);
}

/** One manual step with one effect, in flow style. */
export function stepLine(step: string, i: number): string {
  const [title = "", effect = ""] = step.split(/: (.*)/);
  return `    - { key: s${i + 1}, kind: manual, title: "${title}", effects: [{ does: ${effect} }] }`;
}
