import { describe, expect, it } from "vitest";
import { readDocument } from "../read-document";

const read = (text: string) => readDocument(text, "plan.md").plan;

describe("facts of operation in a document", () => {
  it("names environment variables with where they are set and used, never their values", () => {
    const plan = read(
      [
        "# Shop",
        "## Deploy",
        "```bash",
        "export API_TOKEN=canary-4711",
        "fly secrets set DB_PASSWORD=canary-4712 LOG_LEVEL=info",
        'curl -H "Bearer $API_TOKEN" $ADMIN_URL',
        "# $COMMENTED",
        "```",
        "## Compose",
        "```yaml",
        "services:",
        "  web:",
        "    environment:",
        "      REDIS_HOST: cache",
        `      PLAIN: $${"{"}FROM_SHELL}`,
        "```",
        "```ts",
        "const key = process.env.STRIPE_KEY",
        "```",
      ].join("\n"),
    );
    expect(plan.variables.map(({ role, name, line }) => [role, name, line])).toEqual([
      ["set", "API_TOKEN", 4],
      ["set", "DB_PASSWORD", 5],
      ["set", "LOG_LEVEL", 5],
      ["used", "API_TOKEN", 6],
      ["used", "ADMIN_URL", 6],
      ["set", "REDIS_HOST", 14],
      ["set", "PLAIN", 15],
      ["used", "FROM_SHELL", 15],
      ["used", "STRIPE_KEY", 18],
    ]);
    expect(plan.environment.map(({ scope, names }) => [scope, names])).toEqual([
      ["Deploy", ["API_TOKEN", "DB_PASSWORD", "LOG_LEVEL", "ADMIN_URL"]],
      ["Compose", ["REDIS_HOST", "PLAIN", "FROM_SHELL"]],
      ["Compose", ["STRIPE_KEY"]],
    ]);
    expect(JSON.stringify(plan)).not.toContain("canary");
  });

  it("reads monitors of a table, of exported configuration, of scrape targets and of service files", () => {
    const plan = read(
      [
        "# Überwachung",
        "| Prüfung | Typ | Adresse | Intervall |",
        "|---|---|---|---|",
        "| Laden | HTTP | https://laden.example.org/gesund | 30s |",
        "| Datenbank | TCP | db:5432 | 2 min |",
        "| Notiz | – | kein Ziel hier | – |",
        "",
        "```yaml",
        "monitors:",
        "  - name: Queue",
        "    type: tcp",
        "    hostname: mq",
        "    port: 5672",
        "    interval: 45",
        "    retries: 2",
        "scrape_configs:",
        "  - job_name: node",
        "    scrape_interval: 15s",
        "    static_configs:",
        "      - targets: ['node:9100']",
        "```",
        "```toml",
        "[[services.tcp_checks]]",
        '  interval = "10s"',
        '  timeout = "2s"',
        "```",
      ].join("\n"),
    );
    expect(plan.monitors.map(({ name, type, target, interval, line }) => [name, type, target, interval, line])).toEqual([
      ["Laden", "http", "https://laden.example.org/gesund", "30s", 4],
      ["Datenbank", "tcp", "db:5432", "2m", 5],
      ["Queue", "tcp", "mq:5672", "45s", 10],
      ["Scrape of node", "metrics", "node:9100", "15s", 17],
      ["TCP check port", "tcp", "port of the service", "10s", 23],
    ]);
  });

  it("reads backup schedules of tables, crontabs and sentences", () => {
    const plan = read(
      [
        "# Copias de seguridad",
        "| Datos | Frecuencia | Retención | Destino |",
        "|---|---|---|---|",
        "| Base de datos | Diaria | 14 días | Otro centro |",
        "",
        "```bash",
        "# Nightly dump (optional)",
        "30 2 * * * /opt/jobs/dump-db.sh --quiet",
        "15 3 * * 0 /opt/jobs/rotate-logs.sh",
        "```",
        "- Automated backups every 6 hours with 30 days retention",
        "- We never made a backup by hand",
      ].join("\n"),
    );
    expect(plan.backups.map(({ what, interval, retention, storage, line }) => [what, interval, retention, storage, line])).toEqual([
      ["Base de datos", "1d", "14d", "Otro centro", 4],
      ["Automated backups every 6 hours with 30 days retention", "6h", "30d", undefined, 11],
    ]);
    expect(plan.jobs.map(({ name, cron, script, saves, optional, line }) => [name, cron, script, saves, optional, line])).toEqual([
      ["Nightly dump (optional)", "30 2 * * *", "/opt/jobs/dump-db.sh", "Nightly dump (optional)", true, 8],
      ["/opt/jobs/rotate-logs.sh", "15 3 * * 0", "/opt/jobs/rotate-logs.sh", undefined, undefined, 9],
    ]);
  });

  it("reads ports, DNS records, routes, firewall rules and versions", () => {
    const plan = read(
      [
        "# Network",
        "| Type | Name | Value |",
        "|---|---|---|",
        "| A | shop.example.org | 192.0.2.7 |",
        "| TXT | shop.example.org | v=spf1 -all |",
        "",
        "DNS:",
        "- CNAME www.example.org → shop.example.org",
        "- config.yaml → nothing to do with names",
        "",
        "```bash",
        "ufw default deny incoming",
        "ufw allow 443/tcp",
        "ufw allow from 10.0.0.0/8 to any port 22",
        "```",
        "```yaml",
        "services:",
        "  web:",
        "    image: acme/shop:2.4.1",
        "    ports: ['127.0.0.1:8080:80/tcp']",
        "  cache:",
        "    port: 6379",
        "```",
        "```dockerfile",
        "FROM node:24-alpine AS run",
        "EXPOSE 3000",
        "```",
      ].join("\n"),
    );
    expect(plan.dnsRecords.map(({ type, name, target, line }) => [type, name, target, line])).toEqual([
      ["A", "shop.example.org", "192.0.2.7", 4],
      ["TXT", "shop.example.org", "v=spf1 -all", 5],
      ["CNAME", "www.example.org", "shop.example.org", 8],
    ]);
    expect(plan.firewall.map(({ action, port, from, line }) => [action, port, from, line])).toEqual([
      ["deny", undefined, undefined, 12],
      ["allow", 443, undefined, 13],
      ["allow", 22, "10.0.0.0/8", 14],
    ]);
    expect(plan.ports.map(({ service, port, line }) => [service, port, line])).toEqual([
      ["web", 8080, 20],
      ["cache", 6379, 22],
      ["Network", 3000, 26],
    ]);
    expect(plan.versions.map(({ what, version, line }) => [what, version, line])).toEqual([
      ["acme/shop", "2.4.1", 19],
      ["node", "24-alpine", 25],
    ]);
  });
});
