import type { Check, Noticed, Rule } from "../../types";

/** What a document says of its own state must agree with its lists and its known issues. */
const check: Check = (plan) => [...finished(plan), ...notBegun(plan)];

/** Ready, while a whole list of what must be done before is still open. */
function finished(plan: Parameters<Check>[0]): Noticed[] {
  const status = plan.statuses.findIndex((entry) => entry.means === "ready" || entry.means === "done");
  if (status < 0) return [];
  const open = plan.checklists.findIndex((list) => list.gate === true && list.items.length >= 3 && list.items.every((item) => item.done === false));
  const list = plan.checklists[open];
  if (list === undefined) return [];
  return [
    {
      code: rule.code,
      level: "warning",
      path: `statuses[${status}]`,
      also: [`checklists[${open}]`, `checklists[${open}].items[0]`],
      message: `The document says "${plan.statuses[status]?.text}", but nothing of "${list.title}" is done (${list.items.length} items).`,
      expected: `${list.items.length} done`,
      found: "0 done",
      hint: "Tick what is done, or say that it is a draft.",
    },
  ];
}

/** Not being carried out, while its known issues tell how it went. */
function notBegun(plan: Parameters<Check>[0]): Noticed[] {
  const status = plan.statuses.findIndex((entry) => entry.means === "draft" || entry.means === "not-executed");
  const issue = plan.knownIssues.findIndex((entry) => entry.state !== undefined);
  if (status < 0 || issue < 0) return [];
  return [
    {
      code: rule.code,
      level: "warning",
      path: `statuses[${status}]`,
      also: [`knownIssues[${issue}]`],
      message: `The document says "${plan.statuses[status]?.text}", but "${plan.knownIssues[issue]?.title}" reports on something that is deployed.`,
      expected: "nothing deployed",
      found: plan.knownIssues[issue]?.title ?? "",
      hint: "Say how far the plan has been carried out.",
    },
  ];
}

export const rule: Rule = {
  code: "status-conflict",
  family: "document-consistency",
  levels: ["warning"],
  says: "What the document says of its own state does not fit its lists or known issues.",
  example: {
    wrong: `statuses: [{ text: Production-ready, means: ready }]
checklists: [{ key: go, title: Before going live, gate: true, items: [{ title: A, done: false }, { title: B, done: false }, { title: C, done: false }] }]
`,
    finds: 'The document says "Production-ready", but nothing of "Before going live" is done (3 items).',
    right: `statuses: [{ text: Production-ready, means: ready }]
checklists: [{ key: go, title: Before going live, gate: true, items: [{ title: A, done: true }, { title: B, done: true }, { title: C, done: true }] }]
`,
  },
  check,
};
