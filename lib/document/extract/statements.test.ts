import { describe, expect, it } from "vitest";
import { readDocument } from "../read-document";

const read = (...lines: string[]) => readDocument(lines.join("\n"), "plan.md").plan;

describe("what a document says of itself", () => {
  it("headings, contents and its own state", () => {
    const plan = read(
      "# Umzug",
      "**Status:** Entwurf",
      "",
      "## Inhalt",
      "- [Ziel](#ziel)",
      "- [Kosten](#kosten)",
      "",
      "## Ziel",
      "Text",
      "",
      "## Kosten",
      "Text",
    );
    expect(plan.sections.map(({ title, level, line }) => [title, level, line])).toEqual([
      ["Umzug", 1, 1],
      ["Inhalt", 2, 4],
      ["Ziel", 2, 8],
      ["Kosten", 2, 11],
    ]);
    expect(plan.contents.map(({ title, line }) => [title, line])).toEqual([
      ["Ziel", 5],
      ["Kosten", 6],
    ]);
    expect(plan.statuses).toEqual([{ text: "Entwurf", means: "draft", line: 2 }]);
  });

  it.each([
    ["- Zero downtime for our customers", "no-downtime"],
    ["Der Umzug erfolgt ohne Ausfallzeit.", "no-downtime"],
    ["- Migration sans interruption de service", "no-downtime"],
    ["- Kein Datenverlust, beide Systeme laufen parallel", "no-data-loss"],
    ["- Sin pérdida de datos", "no-data-loss"],
    ["- Separate credentials for each service", "separate-credentials"],
    ["- Off-site backups at a second provider", "off-host-backup"],
  ])("holds it to %s", (line, kind) => {
    expect(read("# Plan", "", "## Approach", line).promises.map((promise) => [promise.kind, promise.line])).toEqual([[kind, 4]]);
  });

  it.each([
    "- The platform does zero-downtime deployments",
    "- If zero downtime is required, choose option B",
    "- This is not a zero downtime move",
    "| Feature | Zero downtime |",
    "- Ports 80 and 443 are used",
    "- Backups are kept for 30 days",
  ])("does not hold it to %s", (line) => {
    expect(read("# Plan", "", "## Approach", line).promises).toEqual([]);
  });

  it("the ports that may be open and where secrets belong", () => {
    const plan = read("# Plan", "## Security", "- No ports are open except 80/443", "- Use the vault for all secrets", "- Rotate secrets every 90 days");
    expect(plan.promises.map(({ kind, ports, line }) => [kind, ports, line])).toEqual([
      ["only-ports", [80, 443], 3],
      ["secrets-in-store", undefined, 4],
    ]);
  });

  it("settings as drawn and as configured, by the component of the drawing", () => {
    const plan = read(
      "# Plan",
      "## Overview",
      "```",
      "┌──────────────┐   ┌─────────────┐",
      "│  Orders API  │   │  Search     │",
      "│  RAM: 1 GB   │   │  Port 7700  │",
      "│  Port 8080   │   └─────────────┘",
      "└──────────────┘",
      "```",
      "## Orders configuration",
      "```toml",
      "memory = 512",
      "count = 2",
      "```",
      "## Search",
      "```yaml",
      "image: registry.example/tools/search-engine:1.2",
      "port: 7701",
      "```",
    );
    expect(plan.readings.map(({ subject, setting, value, from, line }) => [subject, setting, value, from, line])).toEqual([
      ["Orders API", "memory", 1024, "diagram", 6],
      ["Orders API", "port", 8080, "diagram", 7],
      ["Search", "port", 7700, "diagram", 6],
      ["Orders API", "memory", 512, "configuration", 12],
      ["Orders API", "instances", 2, "configuration", 13],
      ["Search", "port", 7701, "configuration", 18],
    ]);
  });

  it("what surrounds a variable, and never its value", () => {
    const plan = read(
      "# Plan",
      "## Server",
      "```bash",
      "cat > .env.production << 'EOF'",
      "SITE_URL=https://shop.example:8443/x",
      "DB_ROOT_USER=canary-root",
      "EOF",
      'echo "$TYPED_BY_HAND"',
      "```",
      "## Worker",
      "```env",
      "# production",
      "QUEUE_USER=canary-root",
      "CACHE_URL=redis://cache:6379",
      "```",
    );
    const facts = Object.fromEntries(plan.variables.map(({ name, line, place, ...rest }) => [name, rest]));
    expect(facts.SITE_URL).toEqual({
      role: "set",
      from: "configuration",
      file: ".env.production",
      environment: "production",
      host: "shop.example",
      port: 8443,
    });
    expect(facts.DB_ROOT_USER).toMatchObject({ administrator: true, file: ".env.production" });
    expect(facts.TYPED_BY_HAND).toMatchObject({ role: "used", from: "command" });
    expect(facts.QUEUE_USER).toMatchObject({ sameAs: "DB_ROOT_USER", environment: "production" });
    expect(facts.CACHE_URL).toMatchObject({ host: "cache", port: 6379 });
    expect(JSON.stringify([plan.variables, plan.environment, plan.readings])).not.toContain("canary");
  });

  it("what a scheduled script really does", () => {
    const plan = read(
      "# Backups",
      "| Data | Frequency | Retention | Storage |",
      "|---|---|---|---|",
      "| MySQL | Daily | 7 days | Local disk |",
      "",
      "```bash",
      "# /opt/nightly.sh",
      "KEEP_DAYS=30",
      "mysqldump shop | gzip > /tmp/shop.gz",
      "aws s3 cp /tmp/shop.gz s3://vault/shop.gz",
      "```",
      "```bash",
      "# Nightly dump",
      "0 2 * * * /opt/nightly.sh",
      "```",
    );
    expect(plan.jobs.map(({ saves, keeps, retention, lines }) => [saves, keeps, retention, lines])).toEqual([["MySQL", "remote", "30d", [14, 8, 10]]]);
    expect(plan.backups[0]).toMatchObject({ sameHost: true });
  });

  it("places that list the same things, checks after a deployment, files that are missing", () => {
    const plan = read(
      "# Plan",
      "**Monitors to configure:**",
      "- Shop: `https://shop.example/health`",
      "- Mail: port 25",
      "",
      "## Buckets",
      "```bash",
      "mc mb store/images",
      "mc mb store/invoices",
      "```",
      "## Pipeline",
      "```yaml",
      "jobs:",
      "  ship:",
      "    steps:",
      "      - run: kubectl apply -f k8s/",
      "      - run: curl -f https://shop.example/health",
      "```",
      "## Files",
      "```bash",
      "cat > app.toml <<EOF",
      "a = 1",
      "EOF",
      "tool deploy --config app.staging.toml",
      "```",
    );
    expect(plan.enumerations.map(({ of, items }) => [of, items])).toEqual([
      ["monitors", ["Shop", "Mail"]],
      ["buckets", ["images", "invoices"]],
    ]);
    expect(plan.deployChecks.map(({ host, line }) => [host, line])).toEqual([["shop.example", 17]]);
    expect(plan.artifacts.filter(({ state }) => state === "missing").map(({ subject, line }) => [subject, line])).toEqual([["app.staging.toml", 24]]);
  });

  it("windows of the clock, names of tiers, decisions and known issues", () => {
    const plan = read(
      "# Plan",
      "## Database: Tarn",
      "- Starts free, then $19/month (Pro)",
      "- Launch ($19): 10 GB",
      "```hcl",
      'backup_window = "01:30-02:15"',
      "```",
      "## Why Tarn (not Rill or Beck)?",
      "- **vs Rill**: cheaper",
      "- **vs Mere**: simpler",
      "## Known issues",
      "### Pooler (not working)",
      "The pooler is deployed but not connected.",
    );
    expect(plan.tierNames.map(({ service, tier, amount, line }) => [service, tier, amount, line])).toEqual([
      ["Tarn", "Pro", 19, 3],
      ["Tarn", "Launch", 19, 4],
    ]);
    expect(plan.windows.map(({ what, start, end, line }) => [what, start, end, line])).toEqual([["Backup window", "01:30", "02:15", 6]]);
    expect(plan.designDecisions.map(({ options, weighed }) => [options, weighed.map(({ option }) => option)])).toEqual([
      [
        ["Tarn", "Rill", "Beck"],
        ["Rill", "Mere"],
      ],
    ]);
    expect(plan.knownIssues.map(({ component, state, line }) => [component, state, line])).toEqual([["Pooler", "not-working", 12]]);
  });
});
