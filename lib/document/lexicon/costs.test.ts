import { describe, expect, it } from "vitest";
import { currencyIn, longPeriodIn, periodIn, scaleIn } from "./costs";

describe("headings of prices", () => {
  it.each([
    ["Monthly cost", "month"],
    ["CHF / Jahr", "year"],
    ["Kosten pro Monat", "month"],
    ["Jahreskosten", "year"],
    ["Coût mensuel", "month"],
    ["Coste anual", "year"],
    ["$/mo", "month"],
    ["Setup fee", "once"],
    ["Hourly rate", "hour"],
    ["Month", null],
    ["Cost", null],
  ])("%s is per %s", (text, period) => expect(periodIn(text)).toBe(period));

  it.each([
    ["Cost (EUR)", "EUR"],
    ["CHF / Jahr", "CHF"],
    ["€/Monat", "EUR"],
    ["Monthly (GBP)", "GBP"],
    ["Price in A$", "AUD"],
    ["Cost", null],
    ["Two of them", null],
  ])("%s is in %s", (text, currency) => expect(currencyIn(text)).toBe(currency));

  it.each([
    ["Avant (k€/an)", 1_000],
    ["Budget (TEUR)", 1_000],
    ["Umsatz (Mio. €)", 1_000_000],
    ["Cost ($)", 1],
  ])("%s counts by %d", (text, scale) => expect(scaleIn(text)).toBe(scale));

  it("does not take a daily backup for a price per day", () => {
    expect(longPeriodIn("Daily backups")).toBeNull();
    expect(longPeriodIn("Annual certificate")).toBe("year");
  });
});
