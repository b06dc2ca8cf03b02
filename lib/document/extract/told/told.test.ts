import { describe, expect, it } from "vitest";
import { slipsAt, slipsIn } from "../../testing/slips";

const CODE = "same-figure-two-values";
/** A document, the part of it that is right, and the slip put in its place. */
type Slip = readonly [name: string, text: string, right: string, wrong: string];

const SLIPS: readonly Slip[] = [
  [
    "how long the shop is closed",
    "# Move\n\n## Plan\n\nThe shop is closed for at most 25 minutes.\n\n## Telling people\n\nWe announce 25 minutes of downtime.\n",
    "announce 25",
    "announce 45",
  ],
  [
    "wie lange der Shop weg ist",
    "# Umzug\n\n## Ablauf\n\nDer Shop ist 45 Minuten nicht erreichbar.\n\n## Zusammenfassung\n\nUmzug im Mai, Ausfall 45 Minuten in der Nacht.\n",
    "Ausfall 45",
    "Ausfall 90",
  ],
  ["backups", "# Plan\n\n## Backups\n\nA dump every night, retention 14 days.\n\n## Summary\n\nBackups are kept for 14 days.\n", "kept for 14", "kept for 30"],
  [
    "Sicherungen",
    "# Plan\n\n## Sicherung\n\nJede Nacht ein Dump, Aufbewahrung 14 Tage.\n\n## Kurz\n\nSicherungen werden 14 Tage aufgehoben.\n",
    "14 Tage aufgehoben",
    "30 Tage aufgehoben",
  ],
  [
    "hypercare in a deck",
    "# Deck\n\n## Roadmap\n\nAfter the last wave: hypercare of 6 weeks.\n\n## Risks\n\nHypercare (6 weeks) meets the holidays.\n",
    "(6 weeks)",
    "(4 weeks)",
  ],
  [
    "a machine in a table and in a list",
    "# Plan\n\n| thing | $/mo |\n|---|--:|\n| app box, CX32 (4 vCPU / 8 GB) | 7 |\n\n## To do\n\n- check that the CX32 really shows 8 GB\n",
    "shows 8 GB",
    "shows 16 GB",
  ],
  [
    "a setting by its name",
    "# Plan\n\n## Design\n\n`min.insync.replicas` is 2 on all topics.\n\n## Risks\n\n- Writes stop because min.insync.replicas=2\n",
    "replicas=2",
    "replicas=3",
  ],
  [
    "an inventory and a note",
    "# Runbook\n\n```yaml\nsource:\n  ram: 64 GB\ntarget:\n  ram: 128 GB\n```\n\n## Notes\n\nThe source has 64 GB of RAM, so the copy must not run at peak.\n",
    "has 64 GB",
    "has 96 GB",
  ],
  [
    "what the database accepts",
    "# Plan\n\n- `max_connections` of the database: 200\n\n## Limits\n\nThe database accepts max_connections = 200.\n",
    "connections = 200",
    "connections = 150",
  ],
  [
    "the version that is moved to",
    "# Plan\n\n## What we buy\n\nManaged PostgreSQL 16 in two zones.\n\n## Steps\n\n1. Load the dump into PostgreSQL 16\n",
    "into PostgreSQL 16",
    "into PostgreSQL 15",
  ],
  [
    "the window of the night",
    "# Plan\n\nThe maintenance window is 4 hours.\n\n## Agreed\n\nA maintenance window of 4 hours is agreed with the shops.\n",
    "of 4 hours",
    "of 3 hours",
  ],
  [
    "a question and its answer",
    "# Plan\n\n## Gate\n\n1. replication lag < 5 s for one hour\n\n## Questions\n\n**Which lag may remain at the gate?** Anything up to 5 s is fine.\n",
    "up to 5 s",
    "up to 30 s",
  ],
];

describe("figures that are told twice", () => {
  it.each(SLIPS)("%s: right", (_name, text) => expect(slipsIn(text).filter(({ code }) => code === CODE)).toEqual([]));

  it.each(SLIPS)("%s: the slip is found", (_name, text, right, wrong) => {
    expect(text.split(right)).toHaveLength(2);
    expect(slipsAt(text.replace(right, wrong), wrong)).toContain(CODE);
  });

  it.each([
    ["both sides", "# Plan\n\n## Current\n\nThe database has 16 GB of RAM.\n\n## Target\n\nThe database has 32 GB of RAM.\n"],
    ["two phases", "# Plan\n\n## Phase 1\n\nDowntime: 5 minutes.\n\n## Phase 2\n\nDowntime: 30 minutes.\n"],
    ["the rehearsal", "# Plan\n\nDowntime: 20 minutes.\n\nIn the rehearsal the downtime was 35 minutes.\n"],
    ["what is kept how long", "# Plan\n\n- Daily backups are kept for 7 days\n- Monthly backups are kept for 365 days\n\nLogs are kept for 30 days.\n"],
    ["a list of sizes", "# Plan\n\n- Pro: database with 8 GB RAM\n- Team: database with 16 GB RAM\n\nThe database has 16 GB of RAM.\n"],
    ["an upgrade", "# Plan\n\nWe go from PostgreSQL 12 to PostgreSQL 16.\n\n## Today\n\nPostgreSQL 12 on one server.\n"],
    ["a TTL that is lowered", "# Plan\n\nThe DNS TTL is 3600 s.\n\n- Lower the DNS TTL to 300 s\n"],
    ["at most and about", "# Plan\n\nDowntime: at most 30 minutes.\n\nWe expect about 20 minutes of downtime.\n"],
    ["a condition", "# Plan\n\nDowntime: 10 minutes.\n\n## Way back\n\n- downtime > 20 minutes\n"],
  ])("nothing to say: %s", (_name, text) => expect(slipsIn(text).filter(({ code }) => code === CODE)).toEqual([]));
});
