import { describe, expect, it } from "vitest";
import { RESOURCE_KINDS } from "@/lib/plan/types/stack";
import { describeService, providerIn } from "./providers";
import { PROVIDERS, SERVICES, WORDS } from "./services";
import { normalise } from "./words";

describe("describeService", () => {
  it.each([
    ["EC2 t3.small", "", "", "AWS", "compute"],
    ["RDS MySQL (db.m6.large)", "", "", "AWS", "database"],
    ["Heroku Postgres", "", "", "Heroku", "database"],
    ["Heroku", "", "", "Heroku", "compute"],
    ["Hetzner (monitoring VM)", "", "", "Hetzner", "monitoring"],
    ["Web server", "Fly.io, two regions", "", "Fly.io", "compute"],
    ["Datenbank", "", "Kosten heute (AWS Frankfurt)", "AWS", "database"],
    ["Sauvegardes", "", "", null, "backup"],
    ["Copias de seguridad", "", "", null, "backup"],
    ["New Relic", "", "", "New Relic", "monitoring"],
    ["Labor (0.5 FTE)", "", "", null, "labor"],
    ["Something else", "", "", null, "other"],
  ])("%s", (name, beside, around, provider, kind) => {
    expect(describeService(name, beside, around)).toMatchObject({ provider, kind });
  });

  it("names what else a row covers", () => expect(describeService("S3 + CloudFront")).toEqual({ provider: "AWS", kind: "storage", alsoKinds: ["cdn"] }));
  it("leaves a heading of two providers alone", () => expect(describeService("Web tier", "", "AWS and Azure").provider).toBeNull());
  it("does not take a plan of one host for another", () => expect(providerIn("2 × B2-15")).toBeNull());
});

describe("the catalogue", () => {
  const names = [
    ...Object.entries(PROVIDERS).flatMap(([provider, list]) => list.map((name) => [provider, name] as const)),
    ...Object.entries(SERVICES).flatMap(([provider, kinds]) => Object.values(kinds).flatMap((list) => (list ?? []).map((name) => [provider, name] as const))),
  ];

  it("is written as texts are compared", () => expect(names.filter(([, name]) => normalise(name) !== name)).toEqual([]));
  it("finds every provider by its names", () => {
    const words = new Set(Object.values(WORDS).flat());
    expect(names.filter(([provider, name]) => !words.has(name) && providerIn(name) !== provider)).toEqual([]);
  });
  it("uses kinds a plan knows", () => {
    const kinds = new Set<string>(RESOURCE_KINDS);
    expect([...Object.keys(WORDS), ...Object.values(SERVICES).flatMap((entry) => Object.keys(entry))].filter((kind) => !kinds.has(kind))).toEqual([]);
  });
});
