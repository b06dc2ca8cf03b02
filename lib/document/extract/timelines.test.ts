import { describe, expect, it } from "vitest";
import { slipsAt, slipsIn } from "../testing/slips";

type Slip = readonly [name: string, text: string, right: string, wrong: string, code: string];

const SLIPS: readonly Slip[] = [
  [
    "an outage that is longer than promised, in a table",
    "# Move\n\n## Night\n\n| Time | Step |\n|---|---|\n| 22:00 | Close the shop |\n| 22:20 | Final export |\n| 22:40 | Compare row counts |\n| 22:50 | DNS to the new load balancer |\n| 23:00 | Reopen the shop |\n\nThe shop is closed for 60 minutes.\n",
    "for 60 minutes",
    "for 25 minutes",
    "outage-vs-claim",
  ],
  [
    "eine Wartungsseite über Mitternacht",
    "# Umzug\n\n## Nacht\n\n- 23:30 Wartungsseite einschalten\n- 23:45 letzter Export\n- 00:10 Zeilenzahlen vergleichen\n- 00:20 DNS umstellen\n- 00:30 Wartungsseite ausschalten\n\nDie Unterbrechung dauert höchstens 1 Stunde.\n",
    "höchstens 1 Stunde",
    "höchstens 30 Minuten",
    "outage-vs-claim",
  ],
  [
    "une nuit en français",
    "# Déménagement\n\n## Nuit\n\n| Heure | Action |\n|---|---|\n| 22:00 | Mise en maintenance |\n| 22:15 | Export final |\n| 23:00 | Bascule DNS |\n| 23:15 | Fin de maintenance |\n\nInterruption de service prévue : 1 h 15.\n",
    "1 h 15",
    "45 minutes",
    "outage-vs-claim",
  ],
  [
    "a clock that does not fit its offset",
    "# Move\n\n| Offset | UK time | What |\n|---|---|---|\n| T+0 | 02:00 | App read-only |\n| T+10m | 02:10 | Final dump |\n| T+25m | 02:25 | Row counts |\n| T+90m | 03:30 | Writes open |\n",
    "| 03:30 |",
    "| 04:30 |",
    "clock-vs-offset",
  ],
  [
    "a line in the wrong place",
    "# Move\n\n| T | Do |\n|---|---|\n| T-0 | Read-only |\n| T+5 | Dump |\n| T+15 | Restore |\n| T+25 | Row counts |\n| T+35 | DNS |\n| T+60 | Read-only off |\n",
    "T+25",
    "T+10",
    "clock-out-of-order",
  ],
  [
    "a TTL of a day, lowered an hour before",
    "# Umzug\n\n| Zeit | Schritt |\n|---|---|\n| T-48h | TTL von 86400 auf 300 senken |\n| T-0 | Schreibzugriffe sperren |\n| T+20 min | Zeilenzahlen vergleichen |\n| T+30 min | DNS umstellen |\n| T+40 min | Schreibzugriffe wieder erlauben |\n",
    "T-48h",
    "T-1h",
    "ttl-lowered-too-late",
  ],
  [
    "users before the comparison",
    "# Traslado\n\n```text\n22:00  cierre de la tienda\n22:10  pg_dump\n22:40  recuento de filas\n23:00  DNS hacia el balanceador\n23:10  apertura de la tienda\n```\n",
    "22:40  recuento de filas",
    "23:05  recuento de filas",
    "switch-before-data",
  ],
  [
    "an evening told in sentences",
    "# Move\n\n## The evening\n\nAt 21:00 the application becomes read-only. At 21:10 we compare the row counts. At 21:20 the name servers get the new addresses. At 21:40 the application accepts writes again.\n\nIn sum, that is forty minutes during which they can look but not book.\n",
    "forty minutes",
    "fifteen minutes",
    "outage-vs-claim",
  ],
];

describe("clocks of the night", () => {
  it.each(SLIPS)("%s: right", (_name, text) => expect(slipsIn(text).filter(({ code }) => SLIPS.some((slip) => slip[4] === code))).toEqual([]));

  it.each(SLIPS)("%s: the slip is found", (_name, text, right, wrong, code) => {
    expect(text.split(right)).toHaveLength(2);
    let changed = text.replace(right, wrong);
    // The line goes where its time puts it.
    if (code === "switch-before-data") changed = changed.replace(/(23:05.*\n)(23:00.*\n)/, "$2$1");
    expect(slipsAt(changed, wrong)).toContain(code);
  });
});

const KEPT: readonly Slip[] = [
  [
    "a day before the last of the way back",
    "# Move\n\n## Afterwards\n\nWe can go back to the old servers until 30 May 2025.\nThe old servers are deleted on 2 June 2025.\n",
    "2 June",
    "16 May",
    "removed-while-kept",
  ],
  [
    "Kalenderwochen",
    "# Umzug\n\n## Danach\n\n- RDS als Rückfallebene bis einschließlich KW 44 behalten\n- RDS-Instanz in KW 45 löschen\n",
    "KW 45",
    "KW 43",
    "removed-while-kept",
  ],
  [
    "days after the switch",
    "# Move\n\n## After the night\n\nRack R2 stays powered for 14 days.\nDay 15: wipe the rack.\n",
    "Day 15",
    "Day 10",
    "removed-while-kept",
  ],
  [
    "semaines",
    "# Déménagement\n\n### Phase 5 : Garantie (semaines 8 à 11)\n\nLes serveurs OVH restent disponibles pendant toute la garantie.\nLes serveurs OVH sont résiliés à la fin de la semaine 12.\n",
    "semaine 12",
    "semaine 9",
    "removed-while-kept",
  ],
  [
    "both in one sentence",
    "# Umzug\n\n### Rückbau\n\nDie Hosts dienen vier Wochen als Rückfallebene und werden 30 Tage nach der Umschaltung abgebaut.\n",
    "30 Tage",
    "14 Tage",
    "removed-while-kept",
  ],
];

describe("what is kept and what goes", () => {
  it.each(KEPT)("%s: right", (_name, text) => expect(slipsIn(text).filter(({ code }) => code === "removed-while-kept")).toEqual([]));
  it.each(KEPT)("%s: the slip is found", (_name, text, right, wrong, code) => {
    expect(text.split(right)).toHaveLength(2);
    expect(slipsAt(text.replace(right, wrong), wrong)).toContain(code);
  });

  it.each([
    "# Move\n\nBackups are kept for 30 days. The old dumps are deleted after 7 days.\n",
    "# Move\n\nThe RDS instance stays until 30 June 2025. The test cluster is deleted on 2 May 2025.\n",
    "# Move\n\nThe office lease is kept until 2026-12-31. Old Kafka topics are deleted on 2026-03-01.\n",
  ])("nothing to say: %s", (text) => expect(slipsIn(text).filter(({ code }) => code === "removed-while-kept")).toEqual([]));
});
