import type { Plan } from "../../../types";
import type { Check, Noticed, Rule } from "../../types";

/** The same work under several names: what a price row may call the product. */
const ALSO: Record<string, RegExp> = {
  ECS: /\b(ecs|fargate)\b/i,
  EKS: /\b(eks|kubernetes)\b/i,
  EC2: /\bec2\b/i,
  GKE: /\b(gke|kubernetes)\b/i,
  AKS: /\b(aks|kubernetes)\b/i,
  DOKS: /\b(doks|kubernetes)\b/i,
  "Compute Engine": /\b(compute engine|gce)\b/i,
  "Azure VM": /\b(virtual machines?|azure vms?)\b/i,
  "Cloud SQL": /\bcloud sql\b/i,
  Droplet: /\bdroplets?\b/i,
};
const MULTI_ZONE = /\bmulti[ -]?(az|zone)\b|\bstandby\b|\bhigh availability\b|\bHA\b|\breplica/i;

const names = (product: string) => ALSO[product] ?? new RegExp(`\\b${product.replaceAll(/[^A-Za-z ]/g, "")}\\b`, "i");

/** The costs are for one product, and what the document makes is another of the same provider; or it is made twice as large. */
const check: Check = (plan, { totals }) => {
  const noticed: Noticed[] = [];
  plan.stacks.forEach((stack, i) => {
    // A document with one stack prices what it makes.
    if (stack.role !== "target" && stack.role !== "phase" && plan.stacks.length > 1) return;
    if ((totals.get(stack.key)?.priced ?? 0) === 0) return;
    const rows = stack.resources.map((resource, j) => ({
      name: resource.name,
      text: `${resource.name} ${Object.values(resource.specification ?? {}).join(" ")}`,
      path: `stacks[${i}].resources[${j}]`,
    }));
    plan.created.forEach((made, k) => {
      const priced = rows.find((row) => names(made.product).test(row.text));
      if (priced !== undefined && made.multiZone === true && !MULTI_ZONE.test(priced.text)) {
        noticed.push(
          finding(stack, priced.path, `created[${k}]`, `${priced.name} is priced once, but ${made.product} is made with a standby in a second zone.`),
        );
      }
      if (priced !== undefined || made.group !== "compute") return;
      const instead = insteadOf(plan, made, rows);
      if (instead === undefined) return;
      noticed.push(finding(stack, instead.path, `created[${k}]`, `${instead.name} is priced, but what is made is ${made.product}, which has no price.`));
    });
  });
  return noticed;
};

type Made = Plan["created"][number];

/** A row for another product that does the same work, of the same provider, which nothing makes. */
function insteadOf(plan: Plan, made: Made, rows: readonly { name: string; text: string; path: string }[]) {
  const others = Object.keys(ALSO).filter(
    (product) => product !== made.product && PROVIDER[product] === made.provider && !plan.created.some((one) => one.product === product),
  );
  return rows.find((row) => others.some((product) => names(product).test(row.text)));
}

const PROVIDER: Record<string, string> = {
  ECS: "AWS",
  EKS: "AWS",
  EC2: "AWS",
  GKE: "Google Cloud",
  "Compute Engine": "Google Cloud",
  AKS: "Azure",
  "Azure VM": "Azure",
  DOKS: "DigitalOcean",
  Droplet: "DigitalOcean",
};

function finding(stack: Plan["stacks"][number], path: string, also: string, text: string): Noticed {
  return { code: rule.code, level: "warning", path, also: [also], message: `${stack.name}: ${text}`, hint: "Price what is made, or make what is priced." };
}

const plan = (product: string) => `stacks:
  - key: new
    name: New
    role: target
    resources: [{ key: web, name: "EC2 (2 servers)", kind: compute, lineItems: [{ price: { form: fixed, amount: 60 } }] }]
created: [{ product: ${product}, provider: AWS, group: compute }]
`;

export const rule: Rule = {
  code: "cost-table-vs-architecture",
  family: "priced-vs-used",
  levels: ["warning"],
  says: "The costs are for another product, or a smaller one, than what the document makes.",
  example: { wrong: plan("ECS"), finds: "New: EC2 (2 servers) is priced, but what is made is ECS, which has no price.", right: plan("EC2") },
  check,
};
