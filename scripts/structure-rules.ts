/** Who may import whom: docs/architecture.md, section 2. Pure; scripts/check-structure.ts feeds it files. */

export interface ImportEdge {
  from: string;
  /** Path inside the repository, or the bare name of a package. */
  to: string;
  typeOnly: boolean;
}

interface Rule {
  name: string;
  from: RegExp;
  except?: RegExp;
  /** Imports that break the rule. */
  never: RegExp;
  /** Types vanish when the code is built: some rules let them pass. */
  typesPass?: boolean;
}

const TEST = /\.test\.tsx?$|\/testing\//;
const DOMAINS = "plan|inventory|cost|metric|trigger|decision|migration|monitor|alert|connection";

/** Domains each domain must not know: imports between domains go downwards only. */
const UPWARDS: Record<string, string> = {
  inventory: "cost|metric|trigger|decision|migration|plan|alert|monitor|jobs",
  connection: "inventory|cost|metric|trigger|decision|migration|plan|alert|monitor|jobs",
  cost: "trigger|decision|migration|plan|alert|jobs",
  metric: "cost|trigger|decision|migration|plan|alert|jobs",
  trigger: "decision|migration|plan|jobs",
  alert: "decision|migration|plan|jobs",
  monitor: "decision|migration|plan|jobs",
  decision: "migration|jobs",
  migration: "plan|jobs",
};

export const RULES: Rule[] = [
  {
    name: "core imports nothing of ours",
    from: /^lib\/core\//,
    never: /^(lib\/(?!core\/)|app\/|components\/|prisma\/|worker\/|cli\/|next|react$|react-dom|@prisma)/,
  },
  {
    name: "types.ts is browser-safe",
    from: /^lib\/[^/]+\/types(\/[^/]+)?\.ts$/,
    never: /^(node:|pg$|@prisma|next|react$|lib\/(db|service|auth\/(?!permissions))|lib\/[^/]+\/store)/,
    typesPass: true,
  },
  {
    name: "verbs and stores know no Next and no React",
    from: /^lib\//,
    // The adapters between Next and the verbs.
    except: /^lib\/(service\/(action|route|page)|auth\/(session|next-auth|cookies|public-form))\.ts$/,
    never: /^(next($|\/|-auth)|react$|react-dom)/,
  },
  { name: "lib knows no pages and no components", from: /^lib\//, never: /^(app|components|worker|cli)\// },
  ...Object.entries(UPWARDS).map(
    ([domain, above]): Rule => ({
      name: `${domain} imports downwards only`,
      from: new RegExp(`^lib/${domain}/`),
      never: new RegExp(`^lib/(${above})/(?!types)`),
      typesPass: true,
    }),
  ),
  {
    name: "executors get what they need handed in",
    from: /^lib\/migration\/executors\//,
    never: /^(lib\/(db|service|auth)\/|lib\/migration\/(?!(?:[a-z]+-)?types\b|executors\/)|lib\/[^/]+\/store)/,
  },
  { name: "worker and command line know no pages", from: /^(worker|cli)\//, never: /^(app|components)\/|^next($|\/)/ },
  { name: "actions use the wrapper and verbs", from: /^app\/.*actions\.ts$/, never: /^(@prisma|prisma\/|pg$|lib\/db\/)/ },
  { name: "pages and routes use no database directly", from: /^app\//, never: /^(@prisma|prisma\/|pg$|lib\/db\/(?!instance))/, typesPass: true },
  {
    name: "components use no stores, verbs or database",
    from: /^components\//,
    never: new RegExp(`^(lib/(db|service|jobs)/|@prisma|prisma/|pg$|lib/(${DOMAINS})/store)`),
    typesPass: true,
  },
];

/** Broken rules of one import, tests excepted. */
export function brokenRules(edge: ImportEdge): string[] {
  if (TEST.test(edge.from)) return [];
  return RULES.filter(
    (rule) => rule.from.test(edge.from) && !rule.except?.test(edge.from) && rule.never.test(edge.to) && !(edge.typeOnly && rule.typesPass),
  ).map((rule) => `${edge.from} → ${edge.to}: ${rule.name}`);
}

/** Circles among files, each once, by depth-first search over value imports. */
export function circles(edges: ImportEdge[]): string[][] {
  const next = new Map<string, string[]>();
  for (const edge of edges) if (!edge.typeOnly) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (file: string, trail: string[]) => {
    const at = trail.indexOf(file);
    if (at >= 0) {
      found.push([...trail.slice(at), file]);
      return;
    }
    if (done.has(file)) return;
    for (const to of next.get(file) ?? []) visit(to, [...trail, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}
