import { describe, expect, it } from "vitest";
import { bytesOf } from "./compose";
import { kindOfImage } from "./compose-images";
import { readSource } from "./read-source";

const CANARY = "kanarie-9f3b-gelb";

const SHOP = `
name: Corner Shop
x-logging: &logging
  driver: json-file
  options: { tag: "${CANARY}" }
x-app: &app
  image: ghcr.io/corner/shop:\${TAG:-2.4}
  restart: unless-stopped
  logging: *logging
  environment: &env
    DATABASE_URL: postgres://shop:${CANARY}@db/shop
    SESSION_SECRET: ${CANARY}
  depends_on: [db, cache]
services:
  web:
    <<: *app
    ports:
      - "443:8443"
      - "127.0.0.1:9000:9000/tcp"
      - target: 53
        published: "5353"
        protocol: udp
      - "\${METRICS_PORT:-9100}:9100"
    deploy:
      mode: replicated
      replicas: 3
      resources:
        limits: { cpus: "1.50", memory: 768M }
        reservations: { cpus: 0.25, memory: 256M }
  worker:
    <<: *app
    command: ["run", "--token=${CANARY}"]
    labels: { "traefik.http.middlewares.auth.basicauth.users": "admin:${CANARY}" }
    environment:
      <<: *env
      QUEUE: mail
    scale: 2
    mem_limit: 1g
    cpus: 0.5
  db:
    image: postgis/postgis:16-3.4
    environment:
      - POSTGRES_PASSWORD=${CANARY}
      - POSTGRES_DB=shop
      - PASSED_THROUGH
    env_file: .env
    volumes:
      - data:/var/lib/postgresql/data
      - ./secrets/${CANARY}:/run/x:ro
      - { type: volume, source: archive, target: /archive }
    expose: [5432]
    secrets: [db_root, { source: replica }]
  cache:
    image: "registry.example:5000/redis:7@sha256:0011"
    networks: { back: { aliases: [store] } }
  mail:
    image: axllent/mailpit
    profiles: [dev, test]
    ports: [8025, "1025"]
  admin:
    extends: { service: mail }
    profiles: []
    build: { context: ./admin, args: { NPM_TOKEN: "${CANARY}" } }
secrets:
  db_root: { environment: ROOT }
`;

/** The mark of a variable in a Compose file. */
const D = "$";

describe("a Compose file", () => {
  const read = readSource(SHOP);
  const service = (name: string) => read.resources.find((resource) => resource.address === `services.${name}`);

  it("becomes one resource per service; extension fields are none", () => {
    expect(read).toMatchObject({ format: "compose", source: "corner-shop", exist: false, notes: [] });
    expect(read.resources.map((resource) => [resource.name, resource.kind])).toEqual([
      ["web", "compute"],
      ["worker", "compute"],
      ["db", "database"],
      ["cache", "cache"],
      ["mail", "email"],
      ["admin", "email"],
    ]);
  });

  it("has what anchors and merge keys bring, ports in both forms, limits and replicas", () => {
    expect(service("web")).toEqual({
      address: "services.web",
      previousAddress: null,
      name: "web",
      kind: "compute",
      provider: "Docker",
      specification: {
        image: `ghcr.io/corner/shop:${D}{TAG:-2.4}`,
        "port mapping": ["443→8443", "127.0.0.1:9000→9000", "5353→53/udp", "9100→9100"],
        cpus: 1.5,
        "memory reserved (MB)": 256,
        "cpus reserved": 0.25,
        mode: "replicated",
        restart: "unless-stopped",
        environment: ["DATABASE_URL", "SESSION_SECRET"],
      },
      count: 3,
      ports: [443, 5353, 9000, 9100],
      memoryMb: 768,
      diskGb: null,
      optional: false,
      dependsOn: ["services.db", "services.cache"],
      change: null,
      planned: [],
    });
    expect(service("worker")).toMatchObject({
      count: 2,
      memoryMb: 1024,
      specification: { cpus: 0.5, environment: ["DATABASE_URL", "QUEUE", "SESSION_SECRET"] },
    });
  });

  it("takes names of variables, secrets and volumes, never values, paths, commands or labels", () => {
    expect(service("db")?.specification).toEqual({
      image: "postgis/postgis:16-3.4",
      exposes: ["5432"],
      volumes: ["data", "archive"],
      environment: ["PASSED_THROUGH", "POSTGRES_DB", "POSTGRES_PASSWORD"],
      secrets: ["db_root", "replica"],
    });
    expect(JSON.stringify(read)).not.toContain(CANARY);
  });

  it("marks services with profiles as optional, and follows extends inside the file", () => {
    expect(service("mail")).toMatchObject({ optional: true, ports: [1025, 8025], specification: { profiles: ["dev", "test"] } });
    expect(service("admin")).toMatchObject({ optional: false, ports: [1025, 8025], specification: { image: "axllent/mailpit", build: "./admin" } });
  });

  it("is also read as JSON, and says what it did not read", () => {
    const document = {
      services: { a: { extends: { file: "base.yaml", service: "b" }, image: "nginx", ports: [`${D}{PORT}:80`] }, b: null },
      include: ["other.yaml"],
    };
    const found = readSource(JSON.stringify(document));
    expect(found.resources).toMatchObject([{ name: "a", kind: "load-balancer", ports: [], specification: { "ports not understood": 1 } }]);
    expect(found.notes).toHaveLength(4);
    expect(found.source).toBe("compose");
  });

  it("survives services that extend each other in a circle", () => {
    expect(readSource("services:\n  a: { extends: b, image: x }\n  b: { extends: a }\n").resources.map((resource) => resource.specification.image)).toEqual([
      "x",
      "x",
    ]);
  });

  it("keeps user and password of a registry, and defaults of secret variables, out of the image", () => {
    const image = (text: string) => readSource(JSON.stringify({ services: { a: { image: text } } })).resources[0]?.specification.image;
    expect(image(`robot:${CANARY}@registry.example/app:1`)).toBe("registry.example/app:1");
    expect(image(`\${REGISTRY_TOKEN:-${CANARY}}/app`)).toBe(`${D}{REGISTRY_TOKEN}/app`);
    expect(image("redis:7@sha256:abc")).toBe("redis:7@sha256:abc");
  });
});

describe("words of a Compose file", () => {
  it.each([
    ["512m", 536_870_912],
    ["1.5gb", 1_610_612_736],
    ["300k", 307_200],
    ["64 MB", 67_108_864],
    [1024, 1024],
    ["2gib", null],
    ["", null],
    ["-1m", null],
    [null, null],
  ])("%j is %j bytes", (text, bytes) => expect(bytesOf(text)).toBe(bytes));

  it.each([
    ["postgres:16", "x", "database"],
    ["bitnami/redis-cluster:7", "x", "cache"],
    ["docker.io/library/nginx", "x", "load-balancer"],
    ["acme/api:1", "api", "compute"],
    ["acme/thing", "rabbitmq", "queue"],
    [null, "postgres", "database"],
    ["prom/node-exporter", "x", "monitoring"],
  ])("%s as %s is %s", (image, service, kind) => expect(kindOfImage(image, service)).toBe(kind));
});
