/*
 * A whole Switchyard for one browser test: started by e2e/support/server.ts in a process of its own, ended when the
 * standard input closes. Prints one line `READY {json}`. Lines on standard input are commands, answered by one line
 * `DONE {json}`.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { messageOf } from "@/lib/core/errors";
import { claimPort } from "@/lib/free-ports";
import { createDraft } from "@/lib/plan/drafts";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import { seedExamples } from "@/prisma/seed/examples";
import { makePeople, type SeedPerson } from "@/prisma/seed/people";
import { bindPractice } from "@/prisma/seed/practice-connections";
import { type Stack, startStack } from "@/scripts/stack";
import { asMacRoman, planDocument } from "../fixtures/plan-document";
import { bindNowhere } from "./bind-nowhere";

export interface ServeOptions {
  /** empty: first run; people: a workspace with an admin, an operator, an approver and a viewer; demo: as `--demo` without practice site. */
  seed: "empty" | "people" | "demo";
  /** Size of the practice source database in MB; no practice site when absent. */
  practiceMb?: number;
}

export interface Served {
  url: string;
  databaseUrl: string;
  firstRunPath: string | null;
  people: SeedPerson[];
  practice: Pick<PracticeSite, "source" | "target" | "sourceAdmin" | "targetAdmin" | "pgbouncer" | "haproxy" | "urls" | "ledgerFile"> | null;
  pids: { web: number | null; worker: number | null };
  /** Addresses of pages that the seed made, such as a document under review. */
  extraRoutes: string[];
  dataDir: string;
}

const options: ServeOptions = JSON.parse(process.argv[2] ?? "{}");
const dir = mkdtempSync(path.join(os.tmpdir(), "switchyard-e2e-"));
let stack: Stack | null = null;
let practice: PracticeSite | null = null;
const people: SeedPerson[] = [];
const extraRoutes: string[] = [];

async function start(): Promise<Served> {
  if (options.practiceMb !== undefined) {
    const site = path.join(dir, "practice");
    mkdirSync(site, { recursive: true });
    practice = await startPractice({ dir: site, sizeMb: options.practiceMb, ledger: true });
  }
  stack = await startStack({
    dataDir: path.join(dir, "data"),
    port: await claimPort(),
    throwAwayDatabase: true,
    say: (line) => console.log(line),
    prepare: async (db) => {
      if (options.seed === "empty") return;
      people.push(...(await makePeople(db, new Date())));
      if (options.seed !== "demo") return;
      await seedExamples(db, new Date(), () => undefined);
      const ctx = { actor: { kind: "cli" as const, name: "test" }, db, now: new Date() };
      const { id } = await createDraft(ctx, { source: asMacRoman(planDocument()), fileName: "plan.md" });
      extraRoutes.push(`/documents/${id}`, `/documents/${id}/create`, "/projects/new");
    },
  });
  return {
    url: stack.url,
    databaseUrl: stack.databaseUrl,
    firstRunPath: stack.firstRunPath,
    people,
    practice,
    pids: { web: stack.web.pid(), worker: stack.worker.pid() },
    extraRoutes,
    dataDir: path.join(dir, "data"),
  };
}

async function stop(): Promise<void> {
  await stack?.stop();
  await practice?.stop();
  rmSync(dir, { recursive: true, force: true });
}

/** Commands of a test that have no page or route. */
async function obey(line: string): Promise<unknown> {
  const command: { bindPractice?: string; bindNowhere?: string; pids?: true } = JSON.parse(line);
  if (command.bindPractice !== undefined && stack !== null && practice !== null) {
    await bindPractice(stack.databaseUrl, command.bindPractice, practice, "owner", path.join(dir, "data"));
    return {};
  }
  if (command.bindNowhere !== undefined && stack !== null) {
    await bindNowhere(stack.databaseUrl, command.bindNowhere, path.join(dir, "data"));
    return {};
  }
  if (command.pids) return { web: stack?.web.pid() ?? null, worker: stack?.worker.pid() ?? null };
  throw new Error(`unknown command ${line}`);
}

try {
  console.log(`READY ${JSON.stringify(await start())}`);
  for await (const line of createInterface({ input: process.stdin })) {
    const answer = await obey(line).catch((error: unknown) => ({ error: messageOf(error) }));
    console.log(`DONE ${JSON.stringify(answer)}`);
  }
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await stop();
  process.exit();
}
