import { describe, expect, it } from "vitest";
import { focusTime, readHeader, readRow } from "./focus";

const NAMES = ["Tags", "BilledCost", "x_Extra", "BillingCurrency", "ChargePeriodStart", "ChargePeriodEnd", "ServiceName", "ChargeCategory", "ConsumedQuantity"];
const good = ["NULL", "1.5", "ignored", "usd", "2026-03-01 00:00:00", "2026-03-02 00:00:00", "Queue", "uSAGE", "-4"];
const limits = { earliest: "2000-01-01T00:00:00.000Z", latest: "2027-12-01T00:00:00.000Z" };

function header() {
  const read = readHeader(NAMES);
  if (read.header === null) throw new Error(read.problem);
  return read.header;
}
const row = (changes: Record<string, string>) =>
  readRow(
    header(),
    good.map((value, at) => changes[NAMES[at] ?? ""] ?? value),
    limits,
  );

describe("FOCUS rows", () => {
  it("finds columns by name in any order and reads null, negative quantities and mixed-case words", () => {
    expect(row({})).toMatchObject({
      charge: {
        billedCost: "1.5",
        currency: "USD",
        chargeCategory: "Usage",
        usageQuantity: "-4",
        tags: "{}",
        chargeStart: "2026-03-01T00:00:00.000Z",
        billingStart: "2026-03-01T00:00:00.000Z",
        billingEnd: "2026-04-01T00:00:00.000Z",
      },
    });
    expect(row({ Tags: '{" team": "x", "n": 1}' })).toMatchObject({ charge: { tags: '{"n":"1","team":"x"}' } });
  });

  it.each([
    [{ BilledCost: "" }, "BilledCost is empty"],
    [{ BilledCost: "NULL" }, "BilledCost is empty"],
    [{ BilledCost: "1,234.5" }, "not a number"],
    [{ BilledCost: "NaN" }, "not a number"],
    [{ BilledCost: "1e99" }, "not a number"],
    [{ ConsumedQuantity: "many" }, "ConsumedQuantity"],
    [{ BillingCurrency: "dollars" }, "BillingCurrency"],
    [{ ChargePeriodStart: "2026-04-31" }, "not a time"],
    [{ ChargePeriodStart: "01/03/2026" }, "not a time"],
    [{ ChargePeriodEnd: "2026-03-01" }, "not after"],
    [{ ChargePeriodStart: "1970-01-01", ChargePeriodEnd: "1970-01-02" }, "outside"],
    [{ Tags: "{broken" }, "Tags"],
    [{ ServiceName: "caf\uFFFD" }, "UTF-8"],
    [{ ServiceName: "x".repeat(301) }, "longer"],
  ] as [Record<string, string>, string][])("refuses %j", (changes, reason) => expect(row(changes)).toMatchObject({ reason: expect.stringContaining(reason) }));

  it("refuses a row with another number of columns", () => {
    expect(readRow(header(), good.slice(1), limits)).toMatchObject({ reason: "has 8 columns, the first line has 9" });
  });

  it("tells rows apart by what they are, not by what they cost", () => {
    const id = (changes: Record<string, string>) => (row(changes) as { charge: { identity: string } }).charge.identity;
    expect(id({ BilledCost: "9", ConsumedQuantity: "7", x_Extra: "?" })).toBe(id({}));
    expect(id({ ChargePeriodStart: "2026-03-01T01:00:00+01:00" })).toBe(id({}));
    expect(id({ ServiceName: "Mail" })).not.toBe(id({}));
  });

  it("refuses another kind of file as a whole, naming what is missing", () => {
    expect(readHeader(["lineItem/UsageAmount", "lineItem/UnblendedCost"]).problem).toMatch(/BilledCost.*missing.*lineItem/);
    expect(readHeader([...NAMES, "BilledCost"]).problem).toMatch(/twice/);
    expect(readHeader(NAMES.map((name) => name.toUpperCase())).problem).toBeNull();
  });

  it.each([
    ["2024-09-18 23:00:00", "2024-09-18T23:00:00.000Z"],
    ["2024-09-18T23:00:00Z", "2024-09-18T23:00:00.000Z"],
    ["2024-09-18T23:00:00+02:00", "2024-09-18T21:00:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    ["2023-02-29", null],
    ["2024-09-18 25:00:00", null],
    ["tomorrow", null],
  ])("time %s", (text, expected) => expect(focusTime(text)).toBe(expected));
});
