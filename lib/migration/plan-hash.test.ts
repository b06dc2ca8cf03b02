import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandSteps, type FreezeWorld, freezePlan, runbookHash } from "./plan-hash";
import { testTraits } from "./testing/run";
import { runbook, runStep } from "./types";

const STEPS = [
  { key: "hand", title: "Hand", kind: "manual", commands: ["ls"], instructions: "Carefully.", owner: "operations" },
  { key: "check", title: "Check", kind: "http.check", with: { url: "http://a.test/" }, hold: "10s" },
  {
    key: "shift",
    title: "Shift",
    kind: "traffic.shift",
    with: {
      connection: "lb",
      backend: "b",
      oldServer: "o",
      newServer: "n",
      stages: [
        { percent: 10, hold: "5m", minRequests: 100 },
        { percent: 100, hold: "10m" },
      ],
    },
  },
];
const GUARDS = [{ key: "errors", title: "Errors", source: { type: "promql", connection: "prom", query: "vector(1)" }, op: ">", value: 5, unit: "%" }];
const WORLD: FreezeWorld = {
  mode: "live",
  fromStackId: "a",
  toStackId: "b",
  connections: [
    { key: "lb", kind: "haproxy", config: { address: "127.0.0.1:1" }, secretVersion: 1 },
    { key: "prom", kind: "prometheus", config: { url: "http://p.test" }, secretVersion: 0 },
    { key: "unused", kind: "webhook", config: {}, secretVersion: 9 },
  ],
  traits: testTraits,
};

type Doc = { steps: Record<string, unknown>[]; guards: Record<string, unknown>[]; note?: string; observation?: object };
const document = (): Doc => structuredClone({ steps: STEPS, guards: GUARDS });

function hash(change: (doc: Doc) => void = () => undefined, world: Partial<FreezeWorld> = {}): string {
  const doc = document();
  change(doc);
  const frozen = freezePlan(runbook.parse(doc), { ...WORLD, ...world });
  if (!frozen.ok) throw new Error(frozen.problems.join(" "));
  return frozen.planHash;
}

const set = (list: "steps" | "guards", index: number, values: object) => (doc: Doc) => Object.assign(doc[list][index] ?? {}, values);
const shiftWith = (index: number, values: object) => (doc: Doc) =>
  Object.assign((doc.steps[2] as { with: { stages: object[] } }).with.stages[index] ?? {}, values);
const target = (values: object) => ({ connections: WORLD.connections.map((one) => (one.key === "lb" ? { ...one, ...values } : one)) });

describe("plan hash (R-APR-1)", () => {
  it.each([
    ["a title", set("steps", 0, { title: "By hand" })],
    ["instructions", set("steps", 0, { instructions: "Faster." })],
    ["an owner", set("steps", 0, { owner: "somebody else" })],
    ["a phase", set("steps", 0, { phase: "Preparation" })],
    ["the expected time", set("steps", 0, { expected: "5m" })],
    ["the title of a guard", set("guards", 0, { title: "Failures" })],
    ["the note", (doc: Doc) => void Object.assign(doc, { note: "tonight" })],
  ])("does not change with %s", (_name, change) => expect(hash(change)).toBe(hash()));

  it.each([
    ["a command people run", set("steps", 0, { commands: ["rm"] })],
    ["an address", set("steps", 1, { with: { url: "http://b.test/" } })],
    ["a hold", set("steps", 1, { hold: "20s" })],
    ["what happens on failure", set("steps", 1, { onFailure: "rollback" })],
    ["a timeout", set("steps", 1, { timeout: "1m" })],
    ["the point of no return", set("steps", 1, { pointOfNoReturn: true })],
    ["a weight", shiftWith(0, { percent: 11 })],
    ["a stage's hold", shiftWith(0, { hold: "6m" })],
    ["a stage's requests", shiftWith(0, { minRequests: 101 })],
    ["a limit", set("guards", 0, { value: 6 })],
    ["a query", set("guards", 0, { source: { type: "promql", connection: "prom", query: "vector(2)" } })],
    ["a no-data policy", set("guards", 0, { noData: "rollback" })],
    ["the observation", (doc: Doc) => void Object.assign(doc, { observation: { duration: "1h" } })],
    ["the order of steps", (doc: Doc) => void doc.steps.reverse()],
    ["a step less", (doc: Doc) => void doc.steps.pop()],
  ])("changes with %s", (_name, change) => expect(hash(change)).not.toBe(hash()));

  it("changes with targets, secret versions, executors and mode; not with connections it does not use", () => {
    expect(hash(undefined, target({ config: { address: "127.0.0.1:2" } }))).not.toBe(hash());
    expect(hash(undefined, target({ secretVersion: 2 }))).not.toBe(hash());
    expect(hash(undefined, { mode: "rehearsal" })).not.toBe(hash());
    expect(hash(undefined, { toStackId: "c" })).not.toBe(hash());
    expect(hash(undefined, { traits: (kind) => ({ ...testTraits(kind), version: 2 }) })).not.toBe(hash());
    expect(hash(undefined, { connections: WORLD.connections.filter((one) => one.key !== "unused") })).toBe(hash());
  });

  it("does not depend on the order of keys (property)", () => {
    const shuffle = (value: unknown, seed: number): unknown => {
      if (Array.isArray(value)) return value.map((one) => shuffle(one, seed));
      if (value === null || typeof value !== "object") return value;
      const entries = Object.entries(value).map(([key, one]) => [key, shuffle(one, seed)] as const);
      return Object.fromEntries(seed % 2 === 0 ? entries.reverse() : [...entries.slice(seed % 3), ...entries.slice(0, seed % 3)]);
    };
    fc.assert(fc.property(fc.integer({ min: 0, max: 50 }), (seed) => hash((doc) => Object.assign(doc, shuffle(doc, seed))) === hash()));
  });

  it("never holds a secret", () => {
    const frozen = freezePlan(runbook.parse(document()), WORLD);
    expect(frozen.ok && Object.keys(frozen.plan.targets[0] ?? {}).sort()).toEqual(["config", "key", "kind", "secretVersion"]);
  });
});

describe("freezePlan", () => {
  it("expands a ramp into one step per stage with free keys", () => {
    const doc = document();
    doc.steps.push({ key: "shift.10", title: "Taken", kind: "manual" });
    const steps = expandSteps(runbook.parse(doc).steps);
    expect(steps.map((step) => step.key)).toEqual(["hand", "check", "shift.10-2", "shift.100", "shift.10"]);
    expect(steps[2]).toMatchObject({ kind: "traffic.set", hold: "5m", with: { percent: 10, minRequests: 100 } });
    for (const step of steps) expect(runStep.safeParse(step).success).toBe(true);
  });

  it("puts an approval behind a stage that waits for one, and marks the last stage", () => {
    const doc = document();
    const stages = [
      { percent: 10, hold: "5m", minRequests: 100, approval: true },
      { percent: 100, hold: "1h" },
    ];
    const target = { connection: "lb", backend: "b", oldServer: "o", newServer: "n" };
    doc.steps = [{ key: "shift", title: "Shift", kind: "traffic.shift", pointOfNoReturn: true, with: { ...target, stages } }];
    const steps = expandSteps(runbook.parse(doc).steps);
    expect(steps.map((step) => [step.key, step.kind, step.pointOfNoReturn])).toEqual([
      ["shift.10", "traffic.set", true],
      ["shift.10.go", "approval", undefined],
      ["shift.100", "traffic.set", false],
    ]);
    expect(steps.map((step) => ("last" in step.with ? step.with.last : undefined))).toEqual([undefined, undefined, true]);
    for (const step of steps) expect(runStep.safeParse(step).success).toBe(true);
  });

  it("takes every kind of connection that may have weights, and a query for the measured share from Prometheus only", () => {
    const doc = document();
    const target = { connection: "lb", backend: "b", oldServer: "o", newServer: "n", measure: { connection: "prom", query: "q" } };
    doc.steps = [{ key: "shift", title: "Shift", kind: "traffic.shift", with: { ...target, stages: [{ percent: 10, hold: "5m" }] } }];
    const freeze = (kind: string, prom: string) => {
      const connections = [
        { key: "lb", kind, config: {}, secretVersion: 0 },
        { key: "prom", kind: prom, config: {}, secretVersion: 0 },
      ];
      const frozen = freezePlan(runbook.parse({ ...doc, guards: [] }), { ...WORLD, connections });
      return frozen.ok ? [] : frozen.problems;
    };
    for (const kind of ["haproxy", "route53", "cloudflare", "powerdns", "rfc2136"]) expect(freeze(kind, "prometheus"), kind).toEqual([]);
    expect(freeze("postgres", "prometheus")).toEqual([expect.stringContaining("is of kind postgres")]);
    expect(freeze("haproxy", "webhook")).toEqual([expect.stringContaining("needs prometheus")]);
  });

  it("shortens holds, waits and the observation of a rehearsal to 30 s, and nothing of a live run", () => {
    const doc = document();
    doc.steps.push({ key: "soak", title: "Soak", kind: "wait", with: { for: "7d" } }, { key: "blink", title: "Blink", kind: "wait", with: { for: "2s" } });
    const book = runbook.parse({ ...doc, observation: { duration: "7d" } });
    const times = (mode: FreezeWorld["mode"]) => {
      const frozen = freezePlan(book, { ...WORLD, mode });
      if (!frozen.ok) throw new Error(frozen.problems.join(" "));
      const { steps, observationMs } = frozen.plan;
      return { holds: steps.map((step) => step.hold), waits: steps.flatMap((step) => (step.kind === "wait" ? [step.with.for] : [])), observationMs };
    };
    expect(times("live")).toEqual({ holds: [undefined, "10s", "5m", "10m", undefined, undefined], waits: ["7d", "2s"], observationMs: 604_800_000 });
    expect(times("rehearsal")).toEqual({ holds: [undefined, "10s", "30s", "30s", undefined, undefined], waits: ["30s", "2s"], observationMs: 30_000 });
  });

  it("names every connection that is missing or of the wrong kind, and kinds it does not know", () => {
    const frozen = freezePlan(runbook.parse(document()), {
      ...WORLD,
      connections: [{ key: "prom", kind: "webhook", config: {}, secretVersion: 0 }],
      traits: (kind) => (kind === "manual" ? null : testTraits(kind)),
    });
    expect(frozen).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('"lb" does not exist'), expect.stringContaining("of kind webhook"), expect.stringContaining('"manual"')],
    });
  });

  it("a runbook's own hash follows the same rule", () => {
    const other = document();
    Object.assign(other.steps[0] ?? {}, { title: "Other", owner: "x" });
    expect(runbookHash(runbook.parse(other))).toBe(runbookHash(runbook.parse(document())));
    Object.assign(other.steps[0] ?? {}, { commands: ["x"] });
    expect(runbookHash(runbook.parse(other))).not.toBe(runbookHash(runbook.parse(document())));
  });
});

describe("postgres.move", () => {
  const move = {
    key: "move",
    title: "Move",
    kind: "postgres.move",
    timeout: "3d",
    hold: "5m",
    pointOfNoReturn: true,
    onFailure: "rollback",
    with: { from: "old", to: "new", applicationRoles: ["app"], poolers: [{ connection: "pool", database: "shop" }], probe: "way" },
  };
  const expand = (steps: unknown[]) => expandSteps(runbook.parse({ steps }).steps);

  it("becomes its parts under one key, each with what belongs to it", () => {
    const parts = expand([move]);
    expect(parts.map((part) => [part.key, part.kind, part.timeout, part.hold, part.pointOfNoReturn, part.onFailure])).toEqual([
      ["move.sync", "postgres.sync", "3d", undefined, undefined, "rollback"],
      ["move.verify", "postgres.verify", undefined, undefined, undefined, "rollback"],
      ["move.switch", "postgres.switch", undefined, "5m", true, "rollback"],
    ]);
    for (const part of parts) expect(runStep.parse(part)).toEqual(part);
    const { from, to } = move.with;
    const alone = runStep.parse({ key: "v", title: "V", kind: "postgres.verify", with: { from, to, move: "move.sync" } });
    expect(parts[1]).toMatchObject({ with: "with" in alone ? alone.with : {} });
    expect(expand([{ ...move, with: { ...move.with, verify: "none" } }]).map((part) => part.key)).toEqual(["move.sync", "move.switch"]);
  });

  it("needs every connection of its kind; the application's way may lead through a pooler or not", () => {
    const connections = [
      { key: "old", kind: "postgres", config: {}, secretVersion: 1 },
      { key: "new", kind: "postgres", config: {}, secretVersion: 1 },
      { key: "pool", kind: "pgbouncer", config: {}, secretVersion: 1 },
    ];
    const freeze = (way: string | null) =>
      freezePlan(runbook.parse({ steps: [move] }), {
        ...WORLD,
        connections: way === null ? connections : [...connections, { key: "way", kind: way, config: {}, secretVersion: 1 }],
      });
    expect(freeze("pgbouncer").ok).toBe(true);
    expect(freeze("postgres").ok).toBe(true);
    expect(freeze("haproxy")).toEqual({ ok: false, problems: ['The connection "way" is of kind haproxy, but a step needs pgbouncer or postgres.'] });
    expect(freeze(null)).toMatchObject({ ok: false, problems: [expect.stringContaining('"way" does not exist')] });
  });
});
