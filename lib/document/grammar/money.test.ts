import { describe, expect, it } from "vitest";
import { findMoney, type MoneyMention } from "./money";

/** The short form the tables below are written in: form, ends, currency, period and what else is set. */
function short(one: MoneyMention): string {
  const amount = one.low === one.high ? `${one.low}` : `${one.low ?? ""}..${one.high ?? ""}`;
  return [
    one.form,
    one.form === "percent"
      ? `${one.percent}%${one.fixed === null ? "" : `+${one.fixed}`}`
      : `${one.sign === -1 ? "-" : ""}${one.approximate ? "~" : ""}${amount}`,
    one.currency ?? "?",
    ...(one.period === null ? [] : [one.period]),
    ...(one.unit === null ? [] : [`per ${one.per === 1 ? "" : `${one.per} `}${one.unit}`]),
  ].join(" ");
}

const read = (text: string, bare = false) => findMoney(text, { bare }).map(short);

describe("amounts", () => {
  it.each([
    ["$20", ["fixed 20 USD"]],
    ["20 €, 20€, €20, € 20", ["fixed 20 EUR", "fixed 20 EUR", "fixed 20 EUR", "fixed 20 EUR"]],
    ["$1,234.56 and 1.234,56 € and 1 234,56 € and CHF 1'234.50", ["fixed 1234.56 USD", "fixed 1234.56 EUR", "fixed 1234.56 EUR", "fixed 1234.5 CHF"]],
    ["₹1,37,430 or ₹1.5 lakh or ₹2 Cr", ["fixed 137430 INR", "fixed 150000 INR", "fixed 20000000 INR"]],
    ["$1.2K, $3M, $10k, $2.5bn", ["fixed 1200 USD", "fixed 3000000 USD", "fixed 10000 USD", "fixed 2500000000 USD"]],
    ["A$49, C$30, NZ$ 5, US$7, R$ 12,50, S$9", ["fixed 49 AUD", "fixed 30 CAD", "fixed 5 NZD", "fixed 7 USD", "fixed 12.5 BRL", "fixed 9 SGD"]],
    ["£3.20, ¥1,500, 14 900 kr, 49 zł, Rs. 300", ["fixed 3.2 GBP", "fixed 1500 JPY", "fixed 14900 SEK", "fixed 49 PLN", "fixed 300 INR"]],
    ["USD 20, 20 EUR, AUD 1,100, 300 INR, $20 CAD", ["fixed 20 USD", "fixed 20 EUR", "fixed 1100 AUD", "fixed 300 INR", "fixed 20 CAD"]],
    ["30¢ und 8 ct und 5 cents", ["fixed 0.3 ?", "fixed 0.08 ?", "fixed 0.05 ?"]],
    ["20 k€, 1,5 M€, 2 Mio. €, 15 k$/an", ["fixed 20000 EUR", "fixed 1500000 EUR", "fixed 2000000 EUR", "fixed 15000 USD year"]],
    ["$.50, .50 €, Rs 5000/- per month", ["fixed 0.5 USD", "fixed 0.5 EUR", "fixed 5000 INR month"]],
    ["CAD $20, $20 AUD/month, AUD20", ["fixed 20 CAD", "fixed 20 AUD month", "fixed 20 AUD"]],
    ["20 dollars, 15 Euro, 12 euros", ["fixed 20 USD", "fixed 15 EUR", "fixed 12 EUR"]],
    ["CHF 20.– / 35,- €", ["fixed 20 CHF", "fixed 35 EUR"]],
    ["1.500 € (thousands), $1.500 (three decimals), 1.500 $", ["fixed 1500 EUR", "fixed 1.5 USD", "fixed 1500 USD"]],
    [
      "$1.008/hr, 1.125 €/h, 2.125 € pro GB, 1.250 – 1.500 €/Monat",
      ["fixed 1.008 USD hour", "fixed 1.125 EUR hour", "per-unit 2.125 EUR per GB", "range 1250..1500 EUR month"],
    ],
    ["-$20, −$5, +$20/month", ["fixed -20 USD", "fixed -5 USD", "fixed 20 USD month"]],
    ["saves $20 a month, spart 30 €", ["fixed -20 USD month", "fixed -30 EUR"]],
    [
      "~$20, about $20, ca. 20 €, environ 20 €, ≈ £4, $20 (approx.)",
      ["fixed ~20 USD", "fixed ~20 USD", "fixed ~20 EUR", "fixed ~20 EUR", "fixed ~4 GBP", "fixed ~20 USD"],
    ],
  ])("reads %j", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe("ranges and open ends", () => {
  it.each([
    ["$20-40, $20–$40, $20 - $40", ["range 20..40 USD", "range 20..40 USD", "range 20..40 USD"]],
    ["20 bis 40 €, de 20 à 40 €, entre 20 y 40 €, von 20 bis 40 €", Array(4).fill("range 20..40 EUR")],
    ["between $20 and $40; from $20 to $40", ["range 20..40 USD", "range 20..40 USD"]],
    ["$1,200–2,750/month", ["range 1200..2750 USD month"]],
    ["$20/mo – $40/mo", ["range 20..40 USD month"]],
    ["$1-2K, $500-2K, $1.2M–1.5M", ["range 1000..2000 USD", "range 500..2000 USD", "range 1200000..1500000 USD"]],
    ["~$20-40", ["range ~20..40 USD"]],
    ["up to $50, bis zu 50 €, max. $5, jusqu'à 20 €", ["up-to 0..50 USD", "up-to 0..50 EUR", "up-to 0..5 USD", "up-to 0..20 EUR"]],
    [
      "$25+, $25+/month, from $25, ab 25 €, ≥ $25, $25 or more, à partir de 9 €",
      ["open 25.. USD", "open 25.. USD month", "open 25.. USD", "open 25.. EUR", "open 25.. USD", "open 25.. USD", "open 9.. EUR"],
    ],
    ["falls from $917 to $133 per month", ["fixed 917 USD", "fixed 133 USD month"]],
    ["rises from $100 to $300", ["fixed 100 USD", "fixed 300 USD"]],
    ["$20 and $40", ["fixed 20 USD", "fixed 40 USD"]],
    ["Phase 2 – $40, Step 3 - 20 €", ["fixed 40 USD", "fixed 20 EUR"]],
    ["$20 - 30 GB", ["fixed 20 USD"]],
    ["$917 → $133", ["fixed 917 USD", "fixed 133 USD"]],
    ["-$50 to -$200", ["fixed -50 USD", "fixed -200 USD"]],
  ])("reads %j", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe("words that are amounts", () => {
  it.each([
    ["free", ["free 0 ?"]],
    ["gratis, kostenlos, gratuit", ["free 0 ?", "free 0 ?", "free 0 ?"]],
    ["free–$5, free to $19/mo", ["free-to 0..5 USD", "free-to 0..19 USD month"]],
    ["$0", ["fixed 0 USD"]],
    ["Free tier, then $5", ["free 0 ?", "fixed 5 USD"]],
    ["Backups: included", ["included 0 ?"]],
    ["(inklusive)", ["included 0 ?"]],
    ["free up space, 20 GB free, feel free, error-free, free disk space", []],
  ])("reads %j", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe("periods", () => {
  it.each([
    ["$5/mo, $5 / month, $5 per month, $5 monthly, $5 a month, $5 pm, $5/mo., $5 (monthly)", Array(8).fill("fixed 5 USD month")],
    ["5 € pro Monat, 5 €/Monat, 5 € im Monat, 5 € mtl., 5 € monatlich", Array(5).fill("fixed 5 EUR month")],
    ["5 € par mois, 5 €/mois, 5 € mensuel", Array(3).fill("fixed 5 EUR month")],
    ["5 € al mes, 5 € por mes, 5 €/mes, 5 € mensuales", Array(4).fill("fixed 5 EUR month")],
    [
      "$5/yr, $5 p.a., $5 per annum, $5 annually, $5/year, 5 € pro Jahr, 5 €/an, 5 € al año",
      [...Array(5).fill("fixed 5 USD year"), ...Array(3).fill("fixed 5 EUR year")],
    ],
    ["$5/hr, $5 an hour, $5 hourly, 5 €/Std., 5 € par heure", [...Array(3).fill("fixed 5 USD hour"), ...Array(2).fill("fixed 5 EUR hour")]],
    ["$5/day, $5 daily, 5 € am Tag, $5/week, 5 € pro Woche", ["fixed 5 USD day", "fixed 5 USD day", "fixed 5 EUR day", "fixed 5 USD week", "fixed 5 EUR week"]],
    ["$5 per quarter, 5 € pro Quartal, $5/qtr", ["fixed 5 USD quarter", "fixed 5 EUR quarter", "fixed 5 USD quarter"]],
    ["$500 one-time, 500 € einmalig, $500 (one-off), $500 setup fee", ["fixed 500 USD once", "fixed 500 EUR once", "fixed 500 USD once", "fixed 500 USD once"]],
    ["Monthly: $20, annual cost: $240, one-time fee of $500", ["fixed 20 USD month", "fixed 240 USD year", "fixed 500 USD once"]],
    ["20 € TTC par mois, 20 € netto im Monat, 20 € HT", ["fixed 20 EUR month", "fixed 20 EUR month", "fixed 20 EUR"]],
    ["500 kr per måned, 20 € al mese, 20 € per maand, 20 € all'anno", ["fixed 500 SEK month", "fixed 20 EUR month", "fixed 20 EUR month", "fixed 20 EUR year"]],
    ["$20 a user, $20 each", ["per-unit 20 USD per user", "per-unit 20 USD per each"]],
  ])("reads %j", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe("prices of units", () => {
  it.each([
    ["$0.20 per 100k commands", ["per-unit 0.2 USD per 100000 commands"]],
    ["$0.10/GB, 0,10 € pro GB", ["per-unit 0.1 USD per GB", "per-unit 0.1 EUR per GB"]],
    ["$7/VM/month", ["per-unit 7 USD month per VM"]],
    ["$5 per user per month, $5/month/user", ["per-unit 5 USD month per user", "per-unit 5 USD month per user"]],
    [
      "$3 per million requests, $0.50 / 1M requests, $0.60 per 1,000 images",
      ["per-unit 3 USD per 1000000 requests", "per-unit 0.5 USD per 1000000 requests", "per-unit 0.6 USD per 1000 images"],
    ],
    ["$0.40 per GB-month, $0.04 per vCPU hour", ["per-unit 0.4 USD month per GB", "per-unit 0.04 USD hour per vCPU"]],
    ["5 € pro Nutzer und Monat, 5 € par utilisateur et par mois", ["per-unit 5 EUR month per Nutzer", "per-unit 5 EUR month per utilisateur"]],
    ["$0.20/M, $20/m", ["per-unit 0.2 USD per 1000000 ", "fixed 20 USD month"]],
    ["$2 per million", ["per-unit 2 USD per 1000000 "]],
    ["$0.01 per 1K input tokens", ["per-unit 0.01 USD per 1000 input tokens"]],
    ["$10-20/user", ["per-unit 10..20 USD per user"]],
    ["$20 per our contract, 20 € je nach Region", ["fixed 20 USD", "fixed 20 EUR"]],
    [
      "2.9% + 30¢, 2,9 % + 0,30 €, 1.75% + A$0.30, 2.9% plus $0.30 per transaction",
      ["percent 2.9%+0.3 ?", "percent 2.9%+0.3 EUR", "percent 1.75%+0.3 AUD", "percent 2.9%+0.3 USD per transaction"],
    ],
    ["$0.30 + 2.9%", ["percent 2.9%+0.3 USD"]],
  ])("reads %j", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe("calculations", () => {
  it.each([
    ["3 × $33 = $99", ["formula 99 USD"]],
    ["2 cores × $0.01/hr × 730 hrs = $14.60", ["formula 14.6 USD month"]],
    ["100 GB × $0.10/GB = $10/mo", ["formula 10 USD month"]],
    ["2 x 3,50 €", ["formula 7 EUR"]],
    ["$20/mo × 12", ["formula 240 USD year"]],
    ["$40 - $15 = $25", ["formula 25 USD"]],
    ["$8.75/user × 12 users = $105/month", ["formula 105 USD month"]],
    ["3 nodes @ $20/mo, 2 × t3.medium @ $30/mo = $60/mo", ["formula 60 USD month", "formula 60 USD month"]],
    ["50M requests × $0.20/M = $10", ["formula 10 USD"]],
    ["Total = $99", ["fixed 99 USD"]],
  ])("reads %j", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe("what is no money", () => {
  it.each([
    "version 1.2.3 of 2024-01-15, t3.small, 99.9%, 192.168.0.1:5432, port 443",
    "$VAR and $" + "{HOME} and $2a$10$abc and $1abc",
    "SELECT * FROM users WHERE id = $1 AND age > $2",
    "awk '{print $1}' access.log",
    "INSERT INTO t VALUES ($1, $2, $3)",
    'if [ -z "$1" ]; then',
    "^\\d+$ and (a|b)$",
    "500 users, 20 GB, 3 servers",
    "rewrite ^/old/(.*)$ /new/$1 last;",
  ])("leaves %j alone", (text) => {
    expect(read(text)).toEqual([]);
  });
});

describe("numbers of a price column", () => {
  it.each([
    ["45", ["fixed 45 ?"]],
    ["20-40", ["range 20..40 ?"]],
    ["1.234,56", ["fixed 1234.56 ?"]],
    ["1.250", ["fixed 1250 ?"]],
    ["0.125", ["fixed 0.125 ?"]],
    ["~20 (2 servers)", ["fixed ~20 ?"]],
    ["$20 for 3 servers", ["fixed 20 USD"]],
    ["100 GB", []],
    ["25+", ["open 25.. ?"]],
    ["85%", []],
    ["n/a", []],
    ["45/mo", ["fixed 45 ? month"]],
    ["-", []],
    ["2 × 45", ["formula 90 ?"]],
    ["2 × 45 = 90", ["formula 90 ?"]],
    ["2.9% + 0.30", ["percent 2.9%+0.3 ?"]],
    ["10-20%", []],
  ])("reads %j", (text, expected) => {
    expect(read(text, true)).toEqual(expected);
  });
});
