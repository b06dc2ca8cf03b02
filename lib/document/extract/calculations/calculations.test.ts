import { describe, expect, it } from "vitest";
import { slipsAt, slipsIn } from "../../testing/slips";

/** A document, the part of it that is right, and the slip put in its place. */
type Slip = readonly [name: string, text: string, right: string, wrong: string];

const SENTENCES: readonly Slip[] = [
  [
    "a sum at the end of a paragraph",
    "# Plan\n\nWe have a cluster at $1,460 per month, two search nodes at $380 per month together and backups at $240 per month. That's $2,080 per month in all.\n",
    "$2,080",
    "$2,800",
  ],
  ["a product", "# Plan\n\nThree nodes: 3 × $45 = $135 a month.\n", "$135", "$145"],
  ["a product with words between", "# Plan\n\n4 web servers × 25 connections = 100 connections.\n", "= 100", "= 120"],
  ["a percentage of an amount", "# Plan\n\nThe deposit is 30 % of €12,000 = €3,600.\n", "€3,600", "€3,900"],
  ["hours that become days", "# Plan\n\nThe copies take 3 × 16 hours = 2 days.\n", "2 days", "4 days"],
  ["a sum in German", "# Plan\n\nServer und Platte: 48,90 € + 12,10 € = 61,00 €.\n", "61,00", "63,00"],
  ["the month and the year", "# Plan\n\nThe new stack costs $310 a month ($3,720 a year).\n", "$3,720", "$3,270"],
  ["the month and the year in French", "# Plan\n\nLa facture est de 240 € par mois, soit 2 880 € par an.\n", "2 880", "2 680"],
  ["a saving in percent", "# Plan\n\nThe bill falls from $400 to $310, a saving of 22 %.\n", "22 %", "32 %"],
  ["a saving in German", "# Plan\n\nStatt 800 € zahlen wir 600 € im Monat, also 25 % weniger.\n", "25 %", "35 %"],
  ["a difference", "# Plan\n\nHosting drops from €950 to €610 per month and saves €340 per month.\n", "saves €340", "saves €430"],
  ["an arrow with a percentage behind it", "# Plan\n\n- Latency budget: 800 ms → 600 ms (-25 %)\n", "-25 %", "-35 %"],
  ["a multiple", "# Plan\n\nFrom $900 to $300 a month: three bills, 3 times cheaper.\n", "3 times", "5 times"],
];

const TABLES: readonly Slip[] = [
  [
    "a last row in bold without a word for a total",
    "# Plan\n\n| Block | Hours |\n|---|---:|\n| Network | 12 |\n| Data | 30 |\n| Tests | 8 |\n| **Future** | **50** |\n",
    "**50**",
    "**54**",
  ],
  [
    "a total below its list",
    "# Plan\n\n## One-off cost\n\n- Landing zone: € 38.000\n- Waves, 3 × € 24.000: € 72.000\n- Training: € 18.000\n\nTotal one-off: **€ 128.000**\n",
    "€ 128.000",
    "€ 138.000",
  ],
  [
    "a saving of two columns",
    "# Plan\n\n| Line (USD per year) | Option A | Option B |\n|---|---:|---:|\n| Hardware | 420,000 | 0 |\n| Cloud | 0 | 300,000 |\n| **Total** | **420,000** | **300,000** |\n\nOption B saves $120,000 per year compared with Option A.\n",
    "saves $120,000",
    "saves $150,000",
  ],
  [
    "hours of a project",
    "# Plan\n\n| Task | Hours |\n|---|---:|\n| Network | 12 |\n| Data | 30 |\n| Tests | 8 |\n| **Total** | **50** |\n",
    "**50**",
    "**54**",
  ],
  [
    "a subtotal, a discount and the rest",
    "# Plan\n\n| Item | A | B |\n|---|---:|---:|\n| Compute | 900 | 700 |\n| Storage | 100 | 80 |\n| Subtotal | 1,000 | 780 |\n| Discount | −100 | −78 |\n| Total | 900 | 702 |\n",
    "| Total | 900 | 702 |",
    "| Total | 900 | 732 |",
  ],
  [
    "quantity times price",
    "# Plan\n\n| Sl | Item | Qty | Rate/month | Amount/month |\n|---|---|---|---|---|\n| 1 | Server | 4 | ₹6,000 | ₹24,000 |\n| 2 | Cache | 2 | ₹3,900 | ₹7,800 |\n| 3 | Proxy | 1 | ₹1,100 | ₹1,100 |\n",
    "₹7,800",
    "₹7,600",
  ],
  [
    "the difference of a row, with its sign",
    "# Plan\n\n| Concepto | Antes | Después | Ahorro |\n|---|---:|---:|---:|\n| Cómputo | 900 | 400 | 500 |\n| Soporte | 450 | 600 | −150 |\n| Avisos | 10 | 12 | −2 |\n| Línea | 300 | 120 | 180 |\n",
    "−150",
    "150",
  ],
];

const ACROSS: readonly Slip[] = [
  [
    "a year of what is saved in a month",
    "# Plan\n\nWe pay €2,000 a month today. After the move we keep €640 a month.\n\nOver the year that is a lot: we save €7,680 a year.\n",
    "€7,680",
    "€8,760",
  ],
  ["das Jahr nach dem Monat", "# Plan\n\nDie Server kosten 410 € im Monat.\nIm Jahr sind das 4.920 €.\n", "4.920", "4.290"],
  [
    "payback from the sentence",
    "# Plan\n\nThe move costs $13,200 once. With $1,100 a month saved it is paid back after 12 months.\n",
    "after 12 months",
    "after 8 months",
  ],
  [
    "amounts told in a paragraph",
    "# Plan\n\nThe servers cost €248 a month. The database is €520 a month. Storage is €19 a month.\n\nPut together this comes to €787 a month.\n",
    "€787",
    "€877",
  ],
  ["a list with its total", "# Plan\n\nOne-off:\n\n- Review: $9,600\n- Training: $1,400\n- Total: $11,000\n", "$11,000", "$12,000"],
  [
    "eine Zwischensumme im Block",
    "# Plan\n\n```\nServer ............. 242,45 €\nPlatte ............. 192,98 €\nZwischensumme        435,43 €\nBereitschaft ....... 650,00 €\nGesamt             1.085,43 €\n```\n",
    "435,43",
    "455,43",
  ],
];

describe.each([
  ["calculations in one sentence", SENTENCES],
  ["calculations of tables", TABLES],
  ["figures that refer to others", ACROSS],
])("%s", (_, slips) => {
  it.each(slips)("%s: the right one is silent", (_name, text) => expect(slipsIn(text).map(({ code, message }) => `${code}: ${message}`)).toEqual([]));

  it.each(slips)("%s: the wrong one is found on its line", (_name, text, right, wrong) => {
    expect(text.split(right)).toHaveLength(2);
    expect(slipsAt(text.replace(right, wrong), wrong)).not.toEqual([]);
  });
});

describe("what is no slip", () => {
  it.each([
    ["an offer for a year", "# Plan\n\nThe tool is $20 a month or $192 a year if paid annually.\n"],
    ["a limit beside a change", "# Plan\n\nNodes go from 3 to 5 and CPU stays below 70 %.\n"],
    [
      "an average under a column",
      "# Plan\n\n| Day | Average load | Peak |\n|---|---:|---:|\n| Monday | 20 | 60 |\n| Friday | 30 | 90 |\n| Total | 25 | 90 |\n",
    ],
    [
      "a total of weighted scores",
      "# Plan\n\n| Criterion | A | B |\n|---|---:|---:|\n| Cost (60 %) | 4 | 2 |\n| Effort (40 %) | 2 | 5 |\n| Weighted sum | 3.2 | 3.2 |\n",
    ],
    ["figures that are about", "# Plan\n\nAbout 3 × $33 = ~$100 a month.\n"],
    ["thousands", "# Plan\n\nThe bill falls from $3.7K to $2.8K, 24 % less.\n"],
    ["an optional row", "# Plan\n\n| Item | Monthly |\n|---|---:|\n| Server | $40 |\n| Cache | $10 |\n| CDN (optional) | $20 |\n| Total | $50 |\n"],
  ])("%s", (_, text) => expect(slipsIn(text)).toEqual([]));
});
