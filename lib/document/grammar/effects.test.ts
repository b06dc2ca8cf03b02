import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectsOf } from "./effects";

const does = (text: string, kind: "text" | "command" = "text", back = false) =>
  effectsOf(text, kind, back).map((effect) => `${effect.does}${effect.by === undefined ? "" : ` by ${effect.by}`}${effect.optional ? " optional" : ""}`);

describe("what a line of a step does", () => {
  it.each([
    ["Put the shop into maintenance mode", ["stop-writes"]],
    ["Maintenance mode (optional)", ["stop-writes optional"]],
    ["Wartungsmodus einschalten", ["stop-writes"]],
    ["Passer en mode maintenance", ["stop-writes"]],
    ["Activar el modo de mantenimiento", ["stop-writes"]],
    ["Disable read-only mode", ["resume"]],
    ["Final data sync", ["final-sync"]],
    ["Letzter Abgleich der Datenbank", ["final-sync"]],
    ["Synchronisation finale de la base de données", ["final-sync"]],
    ["Import the dump into the new database", ["copy-data"]],
    ["Restaurar la base de datos", ["copy-data"]],
    ["Zeilenzahl aller Tabellen vergleichen", ["compare-data"]],
    ["Lower the DNS TTL to 60 seconds", ["lower-ttl"]],
    ["Réduire le TTL du DNS à 300 s", ["lower-ttl"]],
    ["Switch DNS to the new load balancer", ["switch-traffic by dns"]],
    ["DNS auf den neuen Server umstellen", ["switch-traffic by dns"]],
    ["Basculer le DNS vers le nouveau serveur", ["switch-traffic by dns"]],
    ["Create CNAME shop.example → edge", ["switch-traffic by dns"]],
    ["Update DATABASE_URL in the application", ["switch-database by setting"]],
    ["Load test with 500 users", ["load-test"]],
    ["Lasttest mit 200 Nutzern", ["load-test"]],
    ["Convert Compose files to manifests", ["author"]],
    ["Set up logical replication", ["replicate"]],
    ["Monitor for 24 hours", ["watch"]],
    ["Keep the old servers running for 7 days", ["keep-old"]],
    ["Terminate the old machines", ["remove-old"]],
    ["Alten Server abschalten", ["remove-old"]],
    ["Database migrated and loaded with data", ["expect-data"]],
  ])("%s", (text, expected) => {
    expect(does(text)).toEqual(expected);
  });

  it.each([
    "Announce the maintenance window",
    "Create CNAME status.shop.example → pages",
    "Set the cache TTL to one month",
    "Change the environment variables (do not deploy so far)",
    "Import the dashboards",
    "Configure backups with 7 days of retention",
    "Order the new servers",
    "Users must not switch DNS",
  ])("%s does none of this", (text) => {
    expect(does(text)).toEqual([]);
  });

  it.each([
    ["pg_restore -d shop shop.dump", ["copy-data"]],
    ["psql $NEW < dump.sql", ["copy-data"]],
    ["pg_dump $OLD > dump.sql", []],
    ["psql $NEW -c 'SELECT COUNT(*) FROM orders;'", ["compare-data"]],
    ["fly secrets set DATABASE_URL=$NEW", ["switch-database by setting"]],
    ["aws route53 change-resource-record-sets --change-batch file://new.json", ["switch-traffic by dns"]],
    ["kubectl apply -f k8s/", ["deploy"]],
    ["echo hello", []],
  ])("command %s", (text, expected) => {
    expect(does(text, "command")).toEqual(expected);
  });

  it.each([
    ["Point DNS back to the old servers", ["return by dns"]],
    ["DNS zurück auf den alten Server stellen", ["return by dns"]],
    ["Revert DATABASE_URL", ["return by setting"]],
    ["Sync data back", ["reverse-sync"]],
    ["Look into the issue", []],
  ])("on the way back: %s", (text, expected) => {
    expect(does(text, "text", true)).toEqual(expected);
  });

  it("names the tables of a comparison and the environment of a deployment", () => {
    expect(effectsOf("psql -c 'SELECT COUNT(*) FROM orders'", "command")).toEqual([{ does: "compare-data", scope: "part", parts: ["orders"] }]);
    expect(effectsOf("Compare row counts of all tables", "text")).toEqual([{ does: "compare-data", scope: "all" }]);
    expect(effectsOf("flyctl deploy --config fly.staging.toml", "command")).toEqual([{ does: "deploy", environment: "staging" }]);
  });

  it("takes any text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.constantFrom("text" as const, "command" as const), fc.boolean(), (text, kind, back) =>
        Array.isArray(effectsOf(text, kind, back)),
      ),
    );
  });
});
