import { describe, expect, it } from "vitest";
import { type MadeResource, madeCompany, madeDatabase, showPlan, showState, stateFile } from "../testing/terraform";
import { readSource } from "./read-source";
import type { FoundResource } from "./types";

const CANARY = "kanarie-9f3b-gelb";
const one = (resources: FoundResource[], address: string) => resources.find((resource) => resource.address === address);

describe("a Terraform state, version 4", () => {
  const read = readSource(stateFile(madeCompany(140, CANARY), { secret: CANARY }));

  it("becomes resources with provider, kind, specification and address", () => {
    expect(read).toMatchObject({ format: "terraform-state", source: "terraform", lineage: "5f1c0a52-9d5e-4a63-8f63-000000000001", exist: true });
    expect(read.resources).toHaveLength(140);
    expect(one(read.resources, "aws_db_instance.main")).toEqual({
      address: "aws_db_instance.main",
      previousAddress: null,
      name: "main",
      kind: "database",
      provider: "AWS",
      specification: {
        "resource type": "aws_db_instance",
        engine: "postgres",
        engine_version: "16.4",
        instance_class: "db.m6g.large",
        max_allocated_storage: 500,
        storage_type: "gp3",
        iops: 3000,
        multi_az: true,
        backup_retention_period: 14,
        publicly_accessible: false,
        storage_encrypted: true,
        deletion_protection: true,
      },
      count: null,
      ports: [5432],
      memoryMb: null,
      diskGb: 200,
      optional: false,
      dependsOn: [],
      change: null,
      planned: [],
    });
    expect(one(read.resources, "module.analytics.google_sql_database_instance.reports")).toMatchObject({
      kind: "database",
      provider: "Google Cloud",
      specification: { "settings.tier": "db-custom-2-8192", database_version: "POSTGRES_16" },
      diskGb: 100,
    });
    expect(one(read.resources, 'cloudflare_record.host["host-0.shop.example"]')).toMatchObject({
      kind: "dns",
      provider: "Cloudflare",
      name: "host-0",
      specification: { type: "CNAME", ttl: 300, proxied: true },
    });
  });

  it("gives every instance of count and for_each, in modules too, an address of its own", () => {
    expect(one(read.resources, "aws_instance.web[1]")).toMatchObject({
      name: "web-1",
      diskGb: 50,
      specification: { instance_type: "m6g.large", "root_block_device.volume_type": "gp3" },
    });
    expect(one(read.resources, 'module.region["r1"].google_compute_instance.worker')).toMatchObject({
      diskGb: 40,
      specification: { machine_type: "e2-standard-4", "scheduling.preemptible": false },
    });
    expect(new Set(read.resources.map((resource) => resource.address)).size).toBe(140);
  });

  it("follows dependencies to instances and leaves data sources out", () => {
    expect(one(read.resources, "aws_instance.web[0]")?.dependsOn).toEqual(["aws_db_instance.main"]);
    expect(read.notes).toEqual(["One data source is not part of the inventory."]);
    expect(read.resources.some((resource) => resource.address.includes("aws_ami"))).toBe(false);
  });

  it("lets no secret out, marked or not", () => {
    expect(JSON.stringify(read)).not.toContain(CANARY);
    const unmarked = readSource(stateFile([madeDatabase("main", CANARY, "db.t4g.small", false)]));
    expect(JSON.stringify(unmarked)).not.toContain(CANARY);
    expect(unmarked.resources[0]?.specification.instance_class).toBe("db.t4g.small");
  });

  it("hides allow-listed values that a path marks as sensitive, and all of them where a path is not understood", () => {
    const made = (sensitive: unknown): string => {
      const state = JSON.parse(
        stateFile([{ type: "google_sql_database_instance", name: "x", attributes: { region: "eu", settings: [{ tier: "small", edition: "A" }] } }]),
      );
      state.resources[1].instances[0].sensitive_attributes = sensitive;
      return JSON.stringify(state);
    };
    const path = [
      [
        { type: "get_attr", value: "settings" },
        { type: "index", value: { value: 0, type: "number" } },
        { type: "get_attr", value: "tier" },
      ],
    ];
    expect(readSource(made(path)).resources[0]?.specification).toEqual({
      "resource type": "google_sql_database_instance",
      region: "eu",
      "settings.edition": "A",
    });
    expect(readSource(made([[{ type: "strange" }]])).resources[0]?.specification).toEqual({ "resource type": "google_sql_database_instance" });
    expect(readSource(made("all")).resources[0]?.specification).toEqual({ "resource type": "google_sql_database_instance" });
  });

  it("leaves deposed objects out", () => {
    const state = JSON.parse(stateFile([madeDatabase("main", CANARY)]));
    state.resources[1].instances.push({ deposed: "ab12cd34", attributes: { identifier: "old" } });
    const found = readSource(JSON.stringify(state));
    expect(found.resources).toHaveLength(1);
    expect(found.notes).toContain("One deposed object waits to be destroyed, left out here.");
  });

  it("reads a state after destroy as a source without resources", () => {
    expect(readSource(stateFile([]))).toMatchObject({ resources: [], lineage: "5f1c0a52-9d5e-4a63-8f63-000000000001" });
  });
});

describe("terraform show -json of a state", () => {
  it("gives the same resources as the state file", () => {
    const made = madeCompany(60, CANARY);
    const strip = (resources: FoundResource[]) => resources.sort((a, b) => (a.address < b.address ? -1 : 1));
    const shown = readSource(showState(made, CANARY));
    expect(shown).toMatchObject({ format: "terraform-show", source: "terraform", lineage: null, exist: true });
    expect(strip(shown.resources)).toEqual(strip(readSource(stateFile(made)).resources));
    expect(JSON.stringify(shown)).not.toContain(CANARY);
  });

  it("reads nested modules", () => {
    const resource = {
      address: "module.a.module.b.aws_instance.x",
      mode: "managed",
      type: "aws_instance",
      name: "x",
      values: { instance_type: "t3.nano" },
      sensitive_values: {},
    };
    const document = { format_version: "1.0", values: { root_module: { child_modules: [{ child_modules: [{ resources: [resource] }] }] } } };
    expect(readSource(JSON.stringify(document)).resources).toMatchObject([
      { address: "module.a.module.b.aws_instance.x", specification: { instance_type: "t3.nano" } },
    ]);
  });

  it("reads an empty state", () => {
    expect(readSource('{"format_version":"1.0"}').resources).toEqual([]);
  });
});

describe("terraform show -json of a plan", () => {
  const old = madeDatabase("main", CANARY, "db.m6g.large");
  const larger: MadeResource = {
    ...old,
    attributes: { ...old.attributes, instance_class: "db.m6g.xlarge", allocated_storage: 400, password: `${CANARY}-new` },
  };
  const bucket: MadeResource = { type: "aws_s3_bucket", name: "media", attributes: { bucket: "media" } };
  const queue: MadeResource = { type: "aws_sqs_queue", name: "mail", attributes: { name: "mail", fifo_queue: true } };
  const server: MadeResource = { type: "aws_instance", name: "web", index: 0, attributes: { instance_type: "t3.small" } };
  const text = showPlan(
    [
      { before: old, after: larger, actions: ["update"] },
      { before: bucket, after: null, actions: ["delete"] },
      { before: null, after: queue, actions: ["create"] },
      { before: server, after: { ...server, attributes: { instance_type: "t4g.small" } }, actions: ["delete", "create"] },
      { before: { ...server, index: 1 }, after: { ...server, index: 1 }, actions: ["create", "delete"] },
      { before: { ...server, name: "idle" }, after: { ...server, name: "idle" }, actions: ["no-op"] },
      { before: { ...server, name: "given" }, after: null, actions: ["forget"] },
      { before: { ...server, name: "moved" }, after: { ...server, name: "moved" }, actions: ["no-op"], previousAddress: "aws_instance.before[0]" },
    ],
    CANARY,
  );
  const read = readSource(text);

  it("shows creates, updates, replacements and deletes as such", () => {
    expect(read.format).toBe("terraform-plan");
    expect(read.resources.map((resource) => [resource.address, resource.change])).toEqual([
      ["aws_db_instance.main", "update"],
      ["aws_s3_bucket.media", "delete"],
      ["aws_sqs_queue.mail", "create"],
      ["aws_instance.web[0]", "replace"],
      ["aws_instance.web[1]", "replace"],
      ["aws_instance.idle[0]", null],
      ["aws_instance.given[0]", "forget"],
      ["aws_instance.moved[0]", null],
    ]);
    expect(read.resources[7]?.previousAddress).toBe("aws_instance.before[0]");
    expect(read.notes).toEqual(["One data source is not part of the inventory."]);
  });

  it("has what will be, and what an update changes of the specification, never of a password", () => {
    expect(read.resources[0]).toMatchObject({ diskGb: 400, specification: { instance_class: "db.m6g.xlarge" } });
    expect(read.resources[0]?.planned).toEqual([
      { name: "instance_class", before: "db.m6g.large", after: "db.m6g.xlarge" },
      { name: "disk (GB)", before: "200", after: "400" },
    ]);
    expect(read.resources[1]).toMatchObject({ name: "media", planned: [] });
    expect(JSON.stringify(read)).not.toContain(CANARY);
  });

  it("says that a plan was not finished", () => {
    expect(readSource(JSON.stringify({ ...JSON.parse(text), errored: true })).notes).toContain("Terraform could not finish this plan: it may be incomplete.");
  });

  it("has what a plan with -target leaves out, from the state inside the plan", () => {
    const targeted = JSON.parse(showPlan([{ before: null, after: queue, actions: ["create"] }], CANARY, [old, queue]));
    const found = readSource(JSON.stringify({ ...targeted, complete: false }));
    expect(found.resources.map((resource) => [resource.address, resource.change])).toEqual([
      ["aws_sqs_queue.mail", "create"],
      ["aws_db_instance.main", null],
    ]);
    expect(found).toMatchObject({ partial: false, notes: [expect.stringContaining("does not cover everything"), expect.stringContaining("data source")] });
    expect(JSON.stringify(found)).not.toContain(CANARY);
    const { prior_state: _state, ...alone } = targeted;
    expect(readSource(JSON.stringify({ ...alone, complete: false })).partial).toBe(true);
  });

  it("reads planned values where a plan has no list of changes", () => {
    const { resource_changes: _changes, ...rest } = JSON.parse(text);
    expect(readSource(JSON.stringify(rest)).resources).toHaveLength(6);
  });
});

describe("names and addresses of Terraform resources", () => {
  const found = (attributes: MadeResource["attributes"], more: Partial<MadeResource> = {}) =>
    readSource(stateFile([{ type: "hcloud_server", name: "box", attributes, ...more }])).resources[0];

  it("fall back to the configuration where the own name is sensitive or missing", () => {
    expect(found({ name: "web-1" })?.name).toBe("web-1");
    expect(found({ name: "web-1" }, { sensitive: ["name"] })?.name).toBe("box");
    expect(found({}, { index: "eu" })?.name).toBe("box[eu]");
  });

  it("hide a key of for_each that holds a secret, the same one always the same way", () => {
    const key = `postgres://shop:${CANARY}@db/shop`;
    const [first, second] = [found({}, { index: key }), found({}, { index: key })];
    expect(JSON.stringify(first)).not.toContain(CANARY);
    expect(first?.address).toMatch(/^hcloud_server\.box\["\(hidden [0-9a-f]{6}\)"\]$/);
    expect(second?.address).toBe(first?.address);
    expect(found({}, { index: `${key}2` })?.address).not.toBe(first?.address);
  });

  it("keep markup and formulas as the text they are, on one line", () => {
    expect(found({ name: "<script>alert(1)</script>" })?.name).toBe("<script>alert(1)</script>");
    expect(found({ name: '=HYPERLINK("x")' })?.name).toBe('=HYPERLINK("x")');
    expect(found({ name: "a\nb\u202e\u0000c" })?.name).toBe("a b c");
  });

  it("are kept once where a file has an address twice", () => {
    const state = JSON.parse(stateFile([{ type: "hcloud_server", name: "box", attributes: { name: "first" } }]));
    state.resources.push({ ...state.resources[1], instances: [{ attributes: { name: "second" } }] });
    const read = readSource(JSON.stringify(state));
    expect(read.resources.map((resource) => resource.name)).toEqual(["first"]);
    expect(read.notes.join(" ")).toContain("the first of each is kept");
  });
});
