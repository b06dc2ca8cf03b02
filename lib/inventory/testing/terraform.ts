/**
 * Terraform documents for tests, in the shape the real providers give: a made-up company on AWS, Google Cloud and
 * Cloudflare, as large as wanted, with marked secrets in every place where providers keep one.
 */

type Value = string | number | boolean | null | Value[] | { [name: string]: Value };
export type Attributes = Record<string, Value>;

export interface MadeResource {
  type: string;
  name: string;
  /** `module.network` or `module.shop["eu"]`. */
  module?: string;
  index?: number | string;
  attributes: Attributes;
  /** Names of attributes that the provider marks as sensitive. */
  sensitive?: string[];
  dependencies?: string[];
}

const PROVIDERS: Record<string, string> = {
  aws: "hashicorp/aws",
  google: "hashicorp/google",
  cloudflare: "cloudflare/cloudflare",
  random: "hashicorp/random",
  tls: "hashicorp/tls",
};
const providerOf = (type: string) => `registry.terraform.io/${PROVIDERS[type.split("_")[0] ?? ""] ?? "hashicorp/null"}`;
const indexText = (index: number | string | undefined) => (index === undefined ? "" : `[${JSON.stringify(index)}]`);
const addressOf = (one: MadeResource) => `${one.module === undefined ? "" : `${one.module}.`}${one.type}.${one.name}${indexText(one.index)}`;

/** A database with its password, marked or not: older Terraform did not mark it. */
export function madeDatabase(name: string, secret: string, size = "db.m6g.large", marked = true): MadeResource {
  return {
    type: "aws_db_instance",
    name,
    attributes: {
      address: `${name}.abc123.eu-central-1.rds.amazonaws.com`,
      allocated_storage: 200,
      arn: `arn:aws:rds:eu-central-1:123456789012:db:${name}`,
      availability_zone: "eu-central-1a",
      backup_retention_period: 14,
      ca_cert_identifier: "rds-ca-rsa2048-g1",
      db_name: "shop",
      deletion_protection: true,
      enabled_cloudwatch_logs_exports: ["postgresql"],
      endpoint: `${name}.abc123.eu-central-1.rds.amazonaws.com:5432`,
      engine: "postgres",
      engine_version: "16.4",
      iam_database_authentication_enabled: false,
      id: `db-${name}`,
      identifier: name,
      instance_class: size,
      iops: 3000,
      kms_key_id: `arn:aws:kms:eu-central-1:123456789012:key/${secret}`,
      master_user_secret: [{ secret_arn: secret, secret_status: "active" }],
      max_allocated_storage: 500,
      multi_az: true,
      parameter_group_name: "default.postgres16",
      password: secret,
      port: 5432,
      publicly_accessible: false,
      storage_encrypted: true,
      storage_type: "gp3",
      tags: { Team: "shop", Note: secret },
      timeouts: null,
      username: "shop_admin",
    },
    ...(marked ? { sensitive: ["password"] } : {}),
  };
}

function madeServer(name: string, index: number, secret: string): MadeResource {
  return {
    type: "aws_instance",
    name,
    index,
    attributes: {
      ami: "ami-0a1b2c3d4e5f60718",
      arn: `arn:aws:ec2:eu-central-1:123456789012:instance/i-0${index}`,
      associate_public_ip_address: true,
      availability_zone: index % 2 === 0 ? "eu-central-1a" : "eu-central-1b",
      capacity_reservation_specification: [{ capacity_reservation_preference: "open", capacity_reservation_target: [] }],
      cpu_options: [{ core_count: 2, threads_per_core: 1 }],
      credit_specification: [],
      ebs_block_device: [],
      ebs_optimized: true,
      get_password_data: false,
      iam_instance_profile: "web",
      id: `i-0${index}`,
      instance_type: "m6g.large",
      key_name: "operations",
      metadata_options: [{ http_endpoint: "enabled", http_tokens: "required" }],
      password_data: "",
      private_ip: `10.0.1.${index}`,
      root_block_device: [{ delete_on_termination: true, encrypted: true, volume_size: 50, volume_type: "gp3" }],
      tags: { Name: `web-${index}` },
      tags_all: { Name: `web-${index}` },
      tenancy: "default",
      user_data: `#!/bin/sh\nexport DB_PASSWORD=${secret}\n`,
      vpc_security_group_ids: ["sg-01"],
    },
    dependencies: ["aws_db_instance.main", "data.aws_ami.base"],
  };
}

/** One of each with its secrets: what a company has once. */
function madeBasics(secret: string): MadeResource[] {
  return [
    madeDatabase("main", secret),
    {
      type: "aws_elasticache_replication_group",
      name: "sessions",
      attributes: {
        auth_token: secret,
        engine: "redis",
        engine_version: "7.1",
        node_type: "cache.t4g.small",
        num_cache_clusters: 2,
        port: 6379,
        replication_group_id: "sessions",
        transit_encryption_enabled: true,
      },
      sensitive: ["auth_token"],
    },
    { type: "aws_s3_bucket", name: "media", attributes: { bucket: "shop-media", force_destroy: false, region: "eu-central-1", tags: null } },
    {
      type: "aws_iam_access_key",
      name: "mailer",
      attributes: { id: "AKIAIOSFODNN7EXAMPLE", secret, ses_smtp_password_v4: secret, status: "Active", user: "mailer" },
      sensitive: ["secret", "ses_smtp_password_v4"],
    },
    {
      type: "aws_secretsmanager_secret_version",
      name: "stripe",
      attributes: { secret_id: "stripe", secret_string: secret, version_stages: ["AWSCURRENT"] },
      sensitive: ["secret_string"],
    },
    {
      type: "aws_ssm_parameter",
      name: "dsn",
      attributes: { name: "/shop/dsn", type: "SecureString", value: `postgres://shop:${secret}@db/shop`, tier: "Standard" },
      sensitive: ["value"],
    },
    {
      type: "aws_lambda_function",
      name: "resize",
      attributes: { function_name: "resize", runtime: "nodejs22.x", memory_size: 512, timeout: 30, environment: [{ variables: { API_KEY: secret } }] },
    },
    {
      type: "google_sql_database_instance",
      name: "reports",
      module: "module.analytics",
      attributes: {
        database_version: "POSTGRES_16",
        name: "reports",
        region: "europe-west3",
        root_password: secret,
        server_ca_cert: [{ cert: `-----BEGIN CERTIFICATE-----${secret}`, common_name: "ca" }],
        settings: [
          {
            tier: "db-custom-2-8192",
            edition: "ENTERPRISE",
            disk_size: 100,
            disk_type: "PD_SSD",
            availability_type: "REGIONAL",
            ip_configuration: [{ ssl_mode: "ENCRYPTED_ONLY" }],
          },
        ],
      },
      sensitive: ["root_password", "server_ca_cert"],
    },
    {
      type: "google_service_account_key",
      name: "ci",
      module: "module.analytics",
      attributes: { private_key: secret, key_algorithm: "KEY_ALG_RSA_2048", name: "ci" },
      sensitive: ["private_key"],
    },
    {
      type: "google_storage_bucket",
      name: "exports",
      module: "module.analytics",
      attributes: { name: "shop-exports", location: "EUROPE-WEST3", storage_class: "STANDARD", versioning: [{ enabled: true }] },
    },
    {
      type: "cloudflare_zone",
      name: "shop",
      attributes: { account_id: "0123456789abcdef0123456789abcdef", zone: "shop.example", plan: "pro", type: "full", verification_key: secret },
    },
    { type: "cloudflare_api_token", name: "deploy", attributes: { name: "deploy", value: secret, status: "active" }, sensitive: ["value"] },
    {
      type: "random_password",
      name: "db",
      attributes: { length: 32, result: secret, bcrypt_hash: secret, special: true },
      sensitive: ["result", "bcrypt_hash"],
    },
    {
      type: "tls_private_key",
      name: "deploy",
      attributes: { algorithm: "RSA", rsa_bits: 4096, private_key_pem: `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n`, public_key_pem: secret },
      sensitive: ["private_key_pem"],
    },
  ];
}

/** A company of `size` resources; `secret` stands wherever a provider keeps one, sensitive or not. */
export function madeCompany(size: number, secret: string): MadeResource[] {
  const made = madeBasics(secret);
  for (let i = 0; made.length < size; i++) {
    const kinds: MadeResource[] = [
      madeServer("web", i, secret),
      {
        type: "google_compute_instance",
        name: "worker",
        module: `module.region["r${i}"]`,
        attributes: {
          name: `worker-${i}`,
          machine_type: "e2-standard-4",
          zone: "europe-west3-a",
          boot_disk: [{ initialize_params: [{ image: "debian-12", size: 40 }], disk_encryption_key_raw: secret }],
          metadata: { "startup-script": secret },
          scheduling: [{ preemptible: i % 2 === 0 }],
        },
      },
      {
        type: "cloudflare_record",
        name: "host",
        index: `host-${i}.shop.example`,
        attributes: { name: `host-${i}`, type: "CNAME", value: "lb.shop.example", ttl: 300, proxied: true, hostname: `host-${i}.shop.example` },
      },
      {
        type: "aws_security_group_rule",
        name: "in",
        index: i,
        attributes: { type: "ingress", protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: ["10.0.0.0/8"], description: null },
      },
    ];
    made.push(...kinds.slice(0, size - made.length));
  }
  return made;
}

/** A state file, version 4. Resources of one address base share a block, as Terraform writes them. */
export function stateFile(made: readonly MadeResource[], options: { lineage?: string; serial?: number; secret?: string } = {}): string {
  const blocks = new Map<string, Record<string, unknown> & { instances: unknown[] }>();
  for (const one of made) {
    const id = `${one.module ?? ""} ${one.type} ${one.name}`;
    const block = blocks.get(id) ?? {
      ...(one.module === undefined ? {} : { module: one.module }),
      mode: "managed",
      type: one.type,
      name: one.name,
      provider: `provider["${providerOf(one.type)}"]`,
      instances: [],
    };
    block.instances.push({
      ...(one.index === undefined ? {} : { index_key: one.index }),
      schema_version: 1,
      attributes: one.attributes,
      sensitive_attributes: (one.sensitive ?? []).map((name) => [{ type: "get_attr", value: name }]),
      private: "eyJzY2hlbWFfdmVyc2lvbiI6IjEifQ==",
      ...(one.dependencies === undefined ? {} : { dependencies: one.dependencies }),
    });
    blocks.set(id, block);
  }
  const data = {
    mode: "data",
    type: "aws_ami",
    name: "base",
    provider: `provider["${providerOf("aws")}"]`,
    instances: [{ schema_version: 0, attributes: { id: "ami-1", name: "base" } }],
  };
  return JSON.stringify(
    {
      version: 4,
      terraform_version: "1.11.4",
      serial: options.serial ?? 7,
      lineage: options.lineage ?? "5f1c0a52-9d5e-4a63-8f63-000000000001",
      outputs: {
        database_url: { value: options.secret ?? "", type: "string", sensitive: true },
        admin_password: { value: options.secret ?? "", type: "string" },
      },
      resources: [data, ...blocks.values()],
      check_results: null,
    },
    null,
    2,
  );
}

const maskOf = (one: MadeResource) => Object.fromEntries((one.sensitive ?? []).map((name) => [name, true as const]));

function valuesOf(one: MadeResource) {
  return {
    address: addressOf(one),
    mode: "managed",
    type: one.type,
    name: one.name,
    ...(one.index === undefined ? {} : { index: one.index }),
    provider_name: providerOf(one.type),
    schema_version: 1,
    values: one.attributes,
    sensitive_values: { ...maskOf(one), tags_all: {}, root_block_device: [] },
    ...(one.dependencies === undefined ? {} : { depends_on: one.dependencies }),
  };
}

function modulesOf(made: readonly MadeResource[]) {
  const modules = [...new Set(made.flatMap((one) => one.module ?? []))];
  return {
    resources: made.filter((one) => one.module === undefined).map(valuesOf),
    child_modules: modules.map((address) => ({ address, resources: made.filter((one) => one.module === address).map(valuesOf), child_modules: [] })),
  };
}

/** `terraform show -json` of a state. */
export function showState(made: readonly MadeResource[], secret = ""): string {
  return JSON.stringify({
    format_version: "1.0",
    terraform_version: "1.11.4",
    values: { outputs: { url: { sensitive: true, value: secret, type: "string" } }, root_module: modulesOf(made) },
  });
}

export interface MadeChange {
  before: MadeResource | null;
  after: MadeResource | null;
  actions: string[];
  previousAddress?: string;
}

/** `terraform show -json` of a plan; `state` is what was there before, where it is more than the changes. */
export function showPlan(changes: readonly MadeChange[], secret = "", state = changes.flatMap((change) => change.before ?? [])): string {
  const after = changes.flatMap((change) => change.after ?? []);
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.11.4",
    variables: { db_password: { value: secret } },
    planned_values: { outputs: { url: { sensitive: true } }, root_module: modulesOf(after) },
    resource_changes: [
      ...changes.map(({ before, after: next, actions, previousAddress }) => {
        const one = next ?? before;
        if (one === null) throw new Error("a change needs a side");
        return {
          address: addressOf(one),
          ...(previousAddress === undefined ? {} : { previous_address: previousAddress }),
          ...(one.module === undefined ? {} : { module_address: one.module }),
          mode: "managed",
          type: one.type,
          name: one.name,
          ...(one.index === undefined ? {} : { index: one.index }),
          provider_name: providerOf(one.type),
          change: {
            actions,
            before: before?.attributes ?? null,
            after: next?.attributes ?? null,
            after_unknown: next === null ? {} : { id: true, arn: true },
            before_sensitive: before === null ? false : maskOf(before),
            after_sensitive: next === null ? false : maskOf(next),
          },
        };
      }),
      {
        address: "data.aws_ami.base",
        mode: "data",
        type: "aws_ami",
        name: "base",
        provider_name: providerOf("aws"),
        change: { actions: ["read"], before: null, after: {}, after_unknown: {}, before_sensitive: false, after_sensitive: {} },
      },
    ],
    output_changes: { url: { actions: ["create"], before: null, after: secret, after_sensitive: true } },
    prior_state: { format_version: "1.0", values: { root_module: modulesOf(state) } },
    configuration: { root_module: { variables: { db_password: { default: secret } } } },
    timestamp: "2026-11-20T10:00:00Z",
  });
}
