import { messageOf } from "@/lib/core/errors";
import { CopyFailed } from "@/lib/migration/executors/copy/workshop";
import { ForeignObject } from "@/lib/migration/executors/move/replication";
import type { StepResult } from "@/lib/migration/executors/types";

/** Answers of a server that trying again does not change: no permission, a name taken, a feature it lacks, a setting. */
const DEFINITE = new Set(["42501", "42710", "42P07", "0A000", "55000"]);

/** What an error means for the step: the answer is no, or it could not be told. */
export function moveProblem(error: unknown): StepResult {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const definite = error instanceof CopyFailed || error instanceof ForeignObject || (error instanceof Error && error.name === "EgressRefused");
  return { type: definite || DEFINITE.has(code) ? "failed" : "errored", reason: messageOf(error) };
}
