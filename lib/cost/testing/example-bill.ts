import { createHash } from "node:crypto";
import { addMonths, monthStart } from "@/lib/core/time";

/** Columns of FOCUS 1.0 that the examples write, in the order in which they write them. */
const NAMES = [
  "BilledCost",
  "BillingAccountId",
  "BillingCurrency",
  "BillingPeriodEnd",
  "BillingPeriodStart",
  "ChargeCategory",
  "ChargeDescription",
  "ChargeFrequency",
  "ChargePeriodEnd",
  "ChargePeriodStart",
  "ConsumedQuantity",
  "ConsumedUnit",
  "EffectiveCost",
  "InvoiceIssuerName",
  "ListCost",
  "ProviderName",
  "RegionId",
  "ResourceId",
  "ServiceCategory",
  "ServiceName",
  "SkuId",
  "Tags",
] as const;

export type FocusRecord = Record<(typeof NAMES)[number], string>;

/** A service whose charges are made up day by day. */
export interface ExampleService {
  /** Key of the stack; written as tag `stack`, by which the importer assigns the charge. */
  stack: string;
  name: string;
  category: string;
  provider: string;
  /** Price per month at the start. */
  monthly: number;
  /** Growth of the cost per month, 0.03 for 3 %. */
  growth?: number;
  /** Share by which a day may differ from the mean. */
  noise?: number;
  /** First and last day, where the service does not run over the whole range. */
  from?: Date;
  to?: Date;
}

/** A number in [0, 1) that depends only on the text. */
function chance(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;
}

const DAY = 86_400_000;
const stamp = (date: Date) => date.toISOString().slice(0, 19).replace("T", " ");

/**
 * Made-up daily charges of the services from `from` (inclusive) to `to` (exclusive), as FOCUS rows. The same
 * arguments always give the same rows. The weekday, a steady growth and a little noise move the amounts.
 */
export function* exampleCharges(
  project: string,
  from: Date,
  to: Date,
  seed: string,
  services: readonly ExampleService[],
  currency = "USD",
): Generator<FocusRecord> {
  for (let at = from.getTime(); at < to.getTime(); at += DAY) {
    const day = new Date(at);
    const month = monthStart(day);
    const days = (addMonths(month, 1).getTime() - month.getTime()) / DAY;
    for (const service of services) {
      if ((service.from !== undefined && at < service.from.getTime()) || (service.to !== undefined && at >= service.to.getTime())) continue;
      const months = (at - from.getTime()) / DAY / 30.4375;
      const noise = (chance(`${seed}|${project}|${service.name}|${stamp(day)}`) - 0.5) * 2 * (service.noise ?? 0.05);
      const amount = ((service.monthly * (1 + (service.growth ?? 0)) ** months) / days) * (1 + noise);
      yield recordOf(project, service, day, amount.toFixed(8), currency);
    }
  }
}

function recordOf(project: string, service: ExampleService, day: Date, amount: string, currency: string): FocusRecord {
  const month = monthStart(day);
  return {
    BilledCost: amount,
    BillingAccountId: "example-account",
    BillingCurrency: currency,
    BillingPeriodEnd: stamp(addMonths(month, 1)),
    BillingPeriodStart: stamp(month),
    ChargeCategory: "Usage",
    ChargeDescription: `${service.name}, example data`,
    ChargeFrequency: "Usage-Based",
    ChargePeriodEnd: stamp(new Date(day.getTime() + DAY)),
    ChargePeriodStart: stamp(day),
    ConsumedQuantity: "24.000000000000000",
    ConsumedUnit: "Hours",
    EffectiveCost: amount,
    InvoiceIssuerName: service.provider,
    ListCost: amount,
    ProviderName: service.provider,
    RegionId: "NULL",
    ResourceId: `example:${project}:${service.stack}:${service.name}`,
    ServiceCategory: service.category,
    ServiceName: service.name,
    SkuId: "NULL",
    Tags: JSON.stringify({ stack: service.stack, project }),
  };
}

/** The records as the bytes of a FOCUS CSV file, in pieces of about 64 kB. */
export async function* focusCsv(records: Iterable<FocusRecord>): AsyncGenerator<Uint8Array> {
  const cell = (value: string) => `"${value.replaceAll('"', '""')}"`;
  let piece = `${NAMES.map(cell).join(",")}\n`;
  for (const record of records) {
    piece += `${NAMES.map((name) => (record[name] === "NULL" ? "NULL" : cell(record[name]))).join(",")}\n`;
    if (piece.length < 65_536) continue;
    yield Buffer.from(piece, "utf8");
    piece = "";
  }
  if (piece !== "") yield Buffer.from(piece, "utf8");
}
