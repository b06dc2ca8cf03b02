import { newId } from "@/lib/core/ids";
import type { Tx } from "@/lib/db/transaction";
import type { Plan } from "../types";
import type { Target } from "./target";
import { markRemoved, upsert } from "./upsert";

const MATRIX = {
  table: "decision_matrix",
  columns: { id: "text", project_id: "text", key: "text", name: "text", document: "jsonb" },
  conflict: ["project_id", "key"],
  onChange: "version = t.version + 1",
};

/** Key of the one matrix that decides which stack is due. */
export const MAIN_MATRIX = "main";

/** The decision matrix. Comparisons of options stay in the plan document. */
export async function applyDecisionMatrix(tx: Tx, target: Target, plan: Plan): Promise<void> {
  const { decisionMatrix } = plan;
  const input =
    decisionMatrix === undefined
      ? []
      : [
          {
            id: newId(),
            project_id: target.projectId,
            key: MAIN_MATRIX,
            name: decisionMatrix.title ?? "Decision matrix",
            document: { schemaVersion: 1, ...decisionMatrix },
          },
        ];
  const ids = await upsert(tx, MATRIX, input);
  await markRemoved(tx, "decision_matrix", target.projectId, ids, target.now);
}
