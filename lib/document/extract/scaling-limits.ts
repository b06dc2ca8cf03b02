import { findQuantities } from "../grammar/quantity";
import { normalise } from "../lexicon/words";
import { type DocumentTree, headingPath, type Section } from "../tree";
import type { Extract } from "./types";

/** How far something grows by itself, and where that is said. */
interface Range {
  min: number;
  max: number;
  line: number;
  /** Words around it, from which the service is known. */
  context: string;
}

const AUTOSCALE =
  /\bauto-?\s?scal\w*|\bhpa\b|horizontalpodautoscaler|\bautoskalier\w*|\bautomatisch\w* skalier\w*|\bautoescal\w*|\bmise a l'echelle automatique/;
const BOTH = /\bmin\w*["']?\s?[:=]?\s?["']?(\d{1,4})\b\D{1,24}\bmax\w*["']?\s?[:=]?\s?["']?(\d{1,4})\b/;
const MIN = /(?:^|[\s"'{,-])(?:min_?(?:replicas|capacity|size|count|instances|machines|nodes)|asg_min_size)["']?\s*[:=]\s*["']?(\d{1,4})\b/;
const MAX = /(?:^|[\s"'{,-])(?:max_?(?:replicas|capacity|size|count|instances|machines|nodes)|asg_max_size)["']?\s*[:=]\s*["']?(\d{1,4})\b/;
const COUNTED = new Set([
  "instances",
  "instance",
  "tasks",
  "task",
  "pods",
  "pod",
  "nodes",
  "node",
  "replicas",
  "servers",
  "vms",
  "workers",
  "containers",
  "machines",
]);
const APART = 4;
const CONTAINERS = /\b(?:tasks?|pods?|replicas?|containers?|ecs|fargate|kubernetes|k8s|deployments?)\b/;
const CONTAINER_ROW = /\b(?:ecs|fargate|eks|gke|aks|doks|k8s|k3s|kubernetes|container\w*|cloud run|tasks?|pods?|app|api|web)\b/;

const SIZED = /^\s*(?:allocated_storage|storage_gb|disk_size_gb|storage_size_gb|size_gb)\s*=\s*"?(\d{1,6})"?/;
const DATABASE =
  /\b(?:aws_db_instance|aws_rds_cluster\w*|google_sql_database_instance|azurerm_\w*(?:postgresql|mysql|mssql)\w*|digitalocean_database_cluster|database)\b/;

/**
 * How far resources grow by themselves, given to the resource they speak of, and the size a database of the target is made
 * with, given to the target stack.
 */
export const scalingLimits: Extract = ({ tree, draft }) => {
  const stacks = draft.plan.stacks;
  const targets = stacks.length === 1 ? stacks : stacks.filter((stack) => stack.role === "target" || stack.role === "phase");
  for (const range of ranges(tree)) {
    const candidates = targets
      .flatMap((stack) => stack.resources ?? [])
      .filter((one) => (one.kind === "compute" || one.kind === "platform") && one.autoscale === undefined);
    const units = (one: (typeof candidates)[number]) => one.lineItems?.[0]?.quantity ?? one.count;
    const named = candidates.filter((one) => words(`${one.name} ${one.provider ?? ""}`).some((word) => range.context.includes(word)));
    const fits = (named.length > 0 ? named : candidates).filter((one) => units(one) === range.min);
    // Tasks and pods are not what a row of plain servers counts.
    const fitting = (one: (typeof candidates)[number]) => !CONTAINERS.test(range.context) || CONTAINER_ROW.test(normalise(one.name));
    const chosen = fits.length === 1 ? fits[0] : named.length === 1 ? named[0] : undefined;
    if (chosen === undefined || !fitting(chosen)) continue;
    chosen.autoscale = { min: range.min, max: range.max, line: range.line };
    draft.claim(range.line, "scaling-limits");
  }
  const [target] = stacks.filter((stack) => stack.role === "target");
  if (target !== undefined) {
    for (const { gb, line } of databaseSizes(tree)) {
      const key = "database_size_gb";
      const known = draft.plan.metrics.find((metric) => /^(?:database|db)(?:_size|_storage)?(?:_gb)?$/.test(metric.key) && metric.unit === "GB")?.key;
      if (known === undefined && !draft.plan.metrics.some((metric) => metric.key === key))
        draft.add("metrics", { key, name: "Database size", unit: "GB", line }, line);
      target.capacity = [...(target.capacity ?? []), { metric: known ?? key, max: gb, line }];
      draft.claim(line, "scaling-limits");
    }
  }
};

function ranges(tree: DocumentTree): Range[] {
  const found: Range[] = [];
  const add = (min: number, max: number, line: number, context: string) => {
    if (max > min) found.push({ min, max, line, context });
  };
  for (const block of tree.blocks) {
    const above = context(block.section);
    if (block.type === "code") {
      let open: { min: number; at: number } | null = null;
      block.lines.forEach(({ line, text }, i) => {
        const plain = normalise(text.slice(0, 300));
        const both = AUTOSCALE.test(plain) ? BOTH.exec(plain) : null;
        if (both?.[1] !== undefined && both[2] !== undefined) {
          add(Number(both[1]), Number(both[2]), line, `${above} ${plain}`);
          return;
        }
        const [min, max] = [MIN.exec(plain)?.[1], MAX.exec(plain)?.[1]];
        if (min !== undefined) open = { min: Number(min), at: i };
        if (max !== undefined && open !== null && i - open.at <= APART) {
          add(open.min, Number(max), line, above);
          open = null;
        }
      });
      continue;
    }
    const lines = block.type === "list" ? block.items : block.type === "paragraph" ? block.lines : [];
    for (const { line, text } of lines) {
      const plain = normalise(text.slice(0, 300));
      if (!AUTOSCALE.test(plain)) continue;
      const both = BOTH.exec(plain);
      const count = findQuantities(text.slice(0, 300)).find((one) => one.high !== null && COUNTED.has(one.unit ?? ""));
      if (both?.[1] !== undefined && both[2] !== undefined) add(Number(both[1]), Number(both[2]), line, `${above} ${plain}`);
      else if (count?.high != null) add(count.value, count.high, line, `${above} ${plain}`);
    }
  }
  return found.slice(0, 50);
}

/** Sizes of databases in infrastructure as code, one per resource block. */
function databaseSizes(tree: DocumentTree): { gb: number; line: number }[] {
  return tree.blocks.flatMap((block) => {
    if (block.type !== "code") return [];
    let database = false;
    return block.lines.flatMap(({ line, text }) => {
      if (/^\s*resource\s+"/.test(text)) database = DATABASE.test(text);
      const size = database ? SIZED.exec(text)?.[1] : undefined;
      return size === undefined ? [] : [{ gb: Number(size), line }];
    });
  });
}

function context(section: Section): string {
  return normalise(
    headingPath(section)
      .map((at) => at.title)
      .join(" "),
  );
}

const words = (name: string) =>
  normalise(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2 && !/^\d/.test(word));
