import { describe, expect, it } from "vitest";
import { slipsAt, slipsIn } from "../testing/slips";

type Slip = readonly [name: string, text: string, right: string, wrong: string, code: string];

const START =
  "# Move\n\n## When we start\n\nWe start as soon as one of these is true:\n\n- The hosting invoice is above $2,500 for two months\n- More than 400 practices use the product\n\n## Questions\n\n";

const SLIPS: readonly Slip[] = [
  [
    "a threshold quoted from a paper",
    `${START}The strategy paper says that the start is tied to more than 400 practices.\n`,
    "than 400 practices.",
    "than 500 practices.",
    "threshold-restated",
  ],
  [
    "a threshold of the draft",
    `${START}In the January draft the trigger was an invoice above $2,500.\n`,
    "above $2,500.",
    "above $2,200.",
    "threshold-restated",
  ],
  [
    "ein Auslöser im Protokoll",
    "# Umzug\n\n## Wann\n\nWir beginnen, sobald eine der Bedingungen gilt:\n\n- Die Zahl der aktiven Mandanten erreicht 350\n- Die Rechnung übersteigt 2.500 €\n\n## Fragen\n\nIm Protokoll steht als Auslöser „ab 350 aktiven Mandanten“.\n",
    "„ab 350",
    "„ab 300",
    "threshold-restated",
  ],
  [
    "a database in another region",
    "# Move\n\nThe cluster and all data stay in eu-west-1.\n\n```bash\naws ecs create-cluster --region eu-west-1\naws rds create-db-instance \\\n  --db-instance-identifier shop \\\n  --region eu-west-1\n```\n",
    "  --region eu-west-1",
    "  --region eu-central-1",
    "region-differs",
  ],
  [
    "a zone in a checklist",
    "# Move\n\n- [x] Project, region `nl-ams`\n- [ ] `scw instance server create zone=nl-ams-1`\n",
    "zone=nl-ams-1",
    "zone=fr-par-1",
    "region-differs",
  ],
  [
    "logs that leave too rarely",
    "# Plan\n\n## Backups\n\n- RPO: at most 15 minutes\n- WAL archive: every 10 minutes\n- Full backup nightly\n",
    "every 10 minutes",
    "every 60 minutes",
    "rpo-vs-interval",
  ],
  [
    "Sicherungen",
    "# Plan\n\n## Sicherungen\n\n- RPO: höchstens 2 Stunden\n- Logsicherung: alle 30 Minuten\n",
    "alle 30 Minuten",
    "alle 6 Stunden",
    "rpo-vs-interval",
  ],
  ["a restore that was measured", "# Plan\n\n## Backups\n\nRTO 4 h; the last restore took 3 h 10 min.\n", "3 h 10 min", "6 h 10 min", "rto-vs-restore"],
  [
    "what the auditors ask",
    "# Plan\n\n## Backups\n\nDaily automatic backup, retention 35 days.\nCompliance asks that we can restore any day of the last 35 days.\n",
    "retention 35 days",
    "retention 7 days",
    "retention-vs-required",
  ],
  [
    "a configuration and a table",
    "# Plan\n\n```hcl\nbackup_retention_period = 35\n```\n\n## Backups\n\n| What | How often | Kept |\n|---|---|---|\n| Snapshots | daily | 35 days |\n",
    "backup_retention_period = 35",
    "backup_retention_period = 14",
    "retention-vs-required",
  ],
];

const CODES = new Set(SLIPS.map((slip) => slip[4]));

describe("what is said twice", () => {
  it.each(SLIPS)("%s: right", (_name, text) => expect(slipsIn(text).filter(({ code }) => CODES.has(code))).toEqual([]));

  it.each(SLIPS)("%s: the slip is found", (_name, text, right, wrong, code) => {
    expect(text.split(right)).toHaveLength(2);
    expect(slipsAt(text.replace(right, wrong), wrong)).toContain(code);
  });

  it.each([
    [
      "a copy that belongs elsewhere",
      "# Move\n\nEverything is in eu-west-1.\n\n```bash\naws ecs create-cluster --region eu-west-1\naws s3 mb s3://shop-backup-copy --region eu-north-1\n```\n",
    ],
    [
      "the region one comes from",
      "# Move\n\nToday we are in europe-west6. The new side is in the zone ch-dk-2.\n\n```bash\nexo compute instance create a --zone ch-dk-2\n```\n",
    ],
    ["a limit of the way back", `${START}## Rollback\n\n- we go back when more than 50 practices complain\n`],
    [
      "a copy all the time beside a weekly one",
      "# Plan\n\n## Backups\n\nRPO 5 minutes.\n\n| What | How often | Kept |\n|---|---|---|\n| Snapshots | continuous | 35 days |\n| Dump | weekly | 12 weeks |\n",
    ],
  ])("nothing to say: %s", (_name, text) => expect(slipsIn(text).filter(({ code }) => CODES.has(code))).toEqual([]));
});

const LIMITS: readonly Slip[] = [
  [
    "pools in a sentence",
    "# Plan\n\nPostgreSQL: `max_connections` is 200; 12 pods with a pool of 15 each.\n",
    "12 pods",
    "16 pods",
    "pool-times-instances-vs-limit",
  ],
  [
    "Pools im Satz",
    "# Plan\n\nDie Datenbank erlaubt höchstens 200 Verbindungen, 12 Pods mit je `DB_POOL_SIZE=15`.\n",
    "12 Pods",
    "16 Pods",
    "pool-times-instances-vs-limit",
  ],
  [
    "a level that is never reached",
    "# Plan\n\n## Alerts\n\n| What | Warning | Critical |\n|---|---|---|\n| Connections | 350 | 390 |\n\nServer parameter `max_connections` is set to 400.\n",
    "| 390 |",
    "| 450 |",
    "alert-above-limit",
  ],
  ["a stretch of days", "# Plan\n\n## Phases\n\n### Phase 4. Watching (23 April – 13 May, 21 days)\n", "21 days", "30 days", "span-length"],
  [
    "jours d'un tableau",
    "# Plan\n\n| Phase | Début | Jours | Fin |\n|---|---|---|---|\n| Base | 01/07/2025 | 10 | 10/07/2025 |\n| Pilote | 21/08/2025 | 14 | 03/09/2025 |\n",
    "| 14 |",
    "| 24 |",
    "span-length",
  ],
];

describe("limits and lengths", () => {
  const codes = new Set(LIMITS.map((slip) => slip[4]));
  it.each(LIMITS)("%s: right", (_name, text) => expect(slipsIn(text).filter(({ code }) => codes.has(code))).toEqual([]));
  it.each(LIMITS)("%s: the slip is found", (_name, text, right, wrong, code) => {
    expect(text.split(right)).toHaveLength(2);
    expect(slipsAt(text.replace(right, wrong), wrong)).toContain(code);
  });
});
