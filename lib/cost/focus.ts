import { createHash } from "node:crypto";
import { monthKey } from "@/lib/core/time";

/** FOCUS columns that are kept, by the name under which the importer knows them; later names are accepted aliases. */
const COLUMNS = {
  billedCost: ["BilledCost"],
  effectiveCost: ["EffectiveCost"],
  listCost: ["ListCost"],
  contractedCost: ["ContractedCost"],
  currency: ["BillingCurrency"],
  chargeStart: ["ChargePeriodStart"],
  chargeEnd: ["ChargePeriodEnd"],
  billingStart: ["BillingPeriodStart"],
  billingEnd: ["BillingPeriodEnd"],
  provider: ["ProviderName", "ServiceProviderName", "Provider"],
  issuer: ["InvoiceIssuerName", "InvoiceIssuer"],
  serviceName: ["ServiceName"],
  serviceCategory: ["ServiceCategory"],
  chargeCategory: ["ChargeCategory"],
  chargeClass: ["ChargeClass"],
  chargeDescription: ["ChargeDescription"],
  chargeFrequency: ["ChargeFrequency"],
  resourceId: ["ResourceId"],
  resourceName: ["ResourceName"],
  region: ["RegionId", "Region", "RegionName"],
  zone: ["AvailabilityZone"],
  account: ["BillingAccountId"],
  subAccount: ["SubAccountId"],
  skuId: ["SkuId"],
  skuPriceId: ["SkuPriceId"],
  pricingCategory: ["PricingCategory"],
  commitment: ["CommitmentDiscountId"],
  consumedQuantity: ["ConsumedQuantity", "UsageQuantity"],
  consumedUnit: ["ConsumedUnit", "UsageUnit"],
  pricingQuantity: ["PricingQuantity"],
  pricingUnit: ["PricingUnit"],
  tags: ["Tags"],
} as const satisfies Record<string, readonly string[]>;

export type FocusField = keyof typeof COLUMNS;

/** Without these a file is no bill. */
const REQUIRED: readonly FocusField[] = ["billedCost", "currency", "chargeStart", "chargeEnd"];

/** Columns that say which charge a row is, as opposed to how much it is. */
const IDENTITY: readonly FocusField[] = [
  "provider",
  "issuer",
  "account",
  "subAccount",
  "billingStart",
  "chargeStart",
  "chargeEnd",
  "chargeCategory",
  "chargeClass",
  "chargeDescription",
  "chargeFrequency",
  "serviceName",
  "skuId",
  "skuPriceId",
  "pricingCategory",
  "commitment",
  "resourceId",
  "region",
  "zone",
  "consumedUnit",
  "pricingUnit",
  "tags",
];

/** One accepted row. Amounts are decimal strings, times ISO in UTC, absent values null. */
export interface FocusCharge {
  identity: string;
  chargeStart: string;
  chargeEnd: string;
  billingStart: string;
  billingEnd: string;
  billedCost: string;
  effectiveCost: string | null;
  listCost: string | null;
  contractedCost: string | null;
  currency: string;
  provider: string | null;
  serviceName: string | null;
  serviceCategory: string | null;
  chargeCategory: string | null;
  chargeDescription: string | null;
  resourceRef: string | null;
  resourceName: string | null;
  region: string | null;
  skuId: string | null;
  usageQuantity: string | null;
  usageUnit: string | null;
  tags: string;
}

/** Where each known column stands in the file. */
export interface FocusHeader {
  width: number;
  index: Partial<Record<FocusField, number>>;
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Reads the first line of a bill. `problem` says why the file as a whole is not a FOCUS bill. */
export function readHeader(names: readonly string[]): { header: FocusHeader; problem: null } | { header: null; problem: string } {
  const seen = names.map(plain);
  const index: Partial<Record<FocusField, number>> = {};
  for (const [field, aliases] of Object.entries(COLUMNS) as [FocusField, readonly string[]][]) {
    for (const alias of aliases) {
      const at = seen.indexOf(plain(alias));
      if (at === -1) continue;
      if (seen.lastIndexOf(plain(alias)) !== at) return { header: null, problem: `The column ${alias} is there twice.` };
      index[field] = at;
      break;
    }
  }
  const missing = REQUIRED.filter((field) => index[field] === undefined).map((field) => COLUMNS[field][0]);
  if (missing.length === 0) return { header: { width: names.length, index }, problem: null };
  const found = names.slice(0, 8).map((name) => name.slice(0, 40));
  return {
    header: null,
    problem: `This is not a FOCUS bill: the column${missing.length > 1 ? "s" : ""} ${missing.join(", ")} ${missing.length > 1 ? "are" : "is"} missing. The first line has: ${found.join(", ") || "nothing"}${names.length > 8 ? " …" : ""}.`,
  };
}

const CHARGE_CATEGORIES = ["Usage", "Purchase", "Tax", "Credit", "Adjustment"];
const SERVICE_CATEGORIES = [
  "AI and Machine Learning",
  "Analytics",
  "Business Applications",
  "Compute",
  "Databases",
  "Developer Tools",
  "Multicloud",
  "Identity",
  "Integration",
  "Internet of Things",
  "Management and Governance",
  "Media",
  "Migration",
  "Mobile",
  "Networking",
  "Security",
  "Storage",
  "Web",
  "Other",
];

const normalise = (value: string | null, words: readonly string[]) =>
  value === null ? null : (words.find((word) => word.toLowerCase() === value.toLowerCase()) ?? value);

const DECIMAL = /^[-+]?(?:\d{1,15}(?:\.\d{0,60})?|\.\d{1,60})(?:[eE][-+]?\d{1,2})?$/;
const TIME = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;

/** Times read before: a bill says the same few over and over, and reading them is the dearest part of a row. */
const timesRead = new Map<string, string | null>();
const MAX_TIMES = 5_000;

/** A FOCUS time as ISO text; without a zone it is UTC, as the format prescribes. Null when no such time exists. */
export function focusTime(text: string): string | null {
  const known = timesRead.get(text);
  if (known !== undefined) return known;
  const time = readTime(text);
  if (timesRead.size >= MAX_TIMES) timesRead.clear();
  if (text.length <= 40) timesRead.set(text, time);
  return time;
}

function readTime(text: string): string | null {
  const match = TIME.exec(text.trim());
  if (match === null) return null;
  const [, year, month, day, hour = "00", minute = "00", second = "00", zone = "Z"] = match;
  const offset = /^(z|utc)$/i.test(zone) ? "Z" : zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const calendar = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(calendar.getTime()) || calendar.toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return null;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

export interface FocusLimits {
  /** Charges that start before are refused. */
  earliest: string;
  /** Charges that start at or after are refused. */
  latest: string;
}

/** Longest value of a column that a charge is grouped by. */
const MAX_NAME = 300;
const MAX_TEXT = 4_000;

/** Reads one row: the charge, or the reason why it is refused. The reason names the column. */
export function readRow(header: FocusHeader, cells: readonly string[], limits: FocusLimits): { charge: FocusCharge } | { reason: string } {
  if (cells.length !== header.width) return { reason: `has ${cells.length} columns, the first line has ${header.width}` };
  const get = (field: FocusField): string | null => {
    const at = header.index[field];
    const value = at === undefined ? "" : (cells[at] ?? "").trim();
    return value === "" || value.toUpperCase() === "NULL" ? null : value;
  };
  const unreadable = cells.findIndex((cell) => cell.includes("\0") || cell.includes("\uFFFD"));
  if (unreadable !== -1) return { reason: `column ${unreadable + 1} holds bytes that are not UTF-8 text` };
  const amounts = readAmounts(get);
  if ("reason" in amounts) return amounts;
  const times = readTimes(get, limits);
  if ("reason" in times) return times;
  const currency = get("currency")?.toUpperCase() ?? "";
  if (!/^[A-Z]{3}$/.test(currency)) return { reason: `BillingCurrency ${quote(get("currency"))} is not a currency code` };
  const tags = readTags(get("tags"));
  if (tags === null) return { reason: "Tags is not a JSON object" };
  for (const field of ["provider", "serviceName", "serviceCategory"] as const) {
    if ((get(field)?.length ?? 0) > MAX_NAME) return { reason: `${COLUMNS[field][0]} is longer than ${MAX_NAME} characters` };
  }
  return {
    charge: {
      ...amounts,
      ...times,
      currency,
      identity: identityOf(get, times),
      provider: get("provider") ?? get("issuer"),
      serviceName: get("serviceName"),
      serviceCategory: normalise(get("serviceCategory"), SERVICE_CATEGORIES),
      chargeCategory: normalise(get("chargeCategory"), CHARGE_CATEGORIES),
      chargeDescription: get("chargeDescription")?.slice(0, MAX_TEXT) ?? null,
      resourceRef: get("resourceId")?.slice(0, MAX_TEXT) ?? null,
      resourceName: get("resourceName")?.slice(0, MAX_TEXT) ?? null,
      region: get("region")?.slice(0, MAX_NAME) ?? null,
      skuId: get("skuId")?.slice(0, MAX_NAME) ?? null,
      usageUnit: (get("consumedUnit") ?? get("pricingUnit"))?.slice(0, MAX_NAME) ?? null,
      tags,
    },
  };
}

type Get = (field: FocusField) => string | null;
const quote = (value: string | null) => (value === null ? "(empty)" : `"${value.slice(0, 60)}"`);

interface Amounts {
  billedCost: string;
  effectiveCost: string | null;
  listCost: string | null;
  contractedCost: string | null;
  usageQuantity: string | null;
}

function readAmounts(get: Get): Amounts | { reason: string } {
  const billedCost = get("billedCost");
  if (billedCost === null) return { reason: "BilledCost is empty" };
  for (const field of ["billedCost", "effectiveCost", "listCost", "contractedCost", "consumedQuantity", "pricingQuantity"] as const) {
    const value = get(field);
    if (value !== null && (!DECIMAL.test(value) || Math.abs(Number(value)) >= 1e15)) return { reason: `${COLUMNS[field][0]} ${quote(value)} is not a number` };
  }
  return {
    billedCost,
    effectiveCost: get("effectiveCost"),
    listCost: get("listCost"),
    contractedCost: get("contractedCost"),
    usageQuantity: get("consumedQuantity") ?? get("pricingQuantity"),
  };
}

interface Times {
  chargeStart: string;
  chargeEnd: string;
  billingStart: string;
  billingEnd: string;
}

function readTimes(get: Get, limits: FocusLimits): Times | { reason: string } {
  const parsed: Partial<Record<"chargeStart" | "chargeEnd" | "billingStart" | "billingEnd", string>> = {};
  for (const field of ["chargeStart", "chargeEnd", "billingStart", "billingEnd"] as const) {
    const value = get(field);
    if (value === null) {
      if (field === "chargeStart" || field === "chargeEnd") return { reason: `${COLUMNS[field][0]} is empty` };
      continue;
    }
    const time = focusTime(value);
    if (time === null) return { reason: `${COLUMNS[field][0]} ${quote(value)} is not a time` };
    parsed[field] = time;
  }
  const { chargeStart = "", chargeEnd = "" } = parsed;
  if (chargeEnd <= chargeStart) return { reason: "ChargePeriodEnd is not after ChargePeriodStart" };
  if (chargeStart < limits.earliest || chargeStart >= limits.latest) {
    return { reason: `ChargePeriodStart ${chargeStart.slice(0, 10)} is outside ${limits.earliest.slice(0, 10)} to ${limits.latest.slice(0, 10)}` };
  }
  const month = new Date(`${monthKey(new Date(chargeStart))}-01T00:00:00Z`);
  const next = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1));
  return { chargeStart, chargeEnd, billingStart: parsed.billingStart ?? month.toISOString(), billingEnd: parsed.billingEnd ?? next.toISOString() };
}

/** Tags as canonical JSON text with trimmed keys and string values; null when the cell is not a JSON object. */
function readTags(value: string | null): string | null {
  if (value === null) return "{}";
  if (value.length > 20_000) return null;
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return null;
    const entries = Object.entries(parsed).map(([key, tag]) => [key.trim(), typeof tag === "string" ? tag : JSON.stringify(tag)] as const);
    // \u0000 is valid JSON text that the database cannot hold.
    const text = JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
    return text.includes("\\u0000") ? null : text;
  } catch {
    return null;
  }
}

function identityOf(get: Get, times: Times): string {
  const hash = createHash("sha256");
  for (const field of IDENTITY) {
    const time = field === "chargeStart" || field === "chargeEnd" || field === "billingStart" ? times[field] : null;
    hash.update(`${field}=${time ?? get(field) ?? ""}\u001f`);
  }
  return hash.digest("base64url");
}
