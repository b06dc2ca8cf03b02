import { listed } from "../../paths";
import type { Check, Rule } from "../../types";

/** A plan that writes its files out must write all of those it reads. */
const check: Check = (plan) => {
  const missing = plan.artifacts.flatMap((artifact, i) => (artifact.state === "missing" ? [{ artifact, path: `artifacts[${i}]` }] : []));
  const given = plan.artifacts.some((artifact) => artifact.state === "given");
  const [one] = missing;
  if (one === undefined || !given) return [];
  return [
    {
      code: rule.code,
      level: "info",
      path: one.path,
      also: missing.slice(1, 5).map(({ path }) => path),
      message: `${listed(missing.map(({ artifact }) => artifact.subject))} ${missing.length === 1 ? "is" : "are"} needed${one.artifact.neededBy === undefined ? "" : ` by ${one.artifact.neededBy}`} and given nowhere, although the files beside ${missing.length === 1 ? "it" : "them"} are.`,
      expected: "the file",
      hint: "Write the file out, or say where it is.",
    },
  ];
};

export const rule: Rule = {
  code: "referenced-artifact-missing",
  family: "configuration",
  levels: ["info"],
  says: "A file is needed and given nowhere, although the plan writes out the files beside it.",
  example: {
    wrong: "artifacts: [{ kind: configuration, subject: prometheus.yml }, { kind: configuration, subject: loki.yml, state: missing, neededBy: compose.yml }]\n",
    finds: "loki.yml is needed by compose.yml and given nowhere, although the files beside it are.",
    right: "artifacts: [{ kind: configuration, subject: prometheus.yml }, { kind: configuration, subject: loki.yml }]\n",
  },
  check,
};
