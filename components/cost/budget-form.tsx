"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { setBudgetAction } from "@/app/(app)/projects/[slug]/costs/actions";
import { ActionForm } from "@/components/ui/action-form";
import { Field, Input, Select } from "@/components/ui/field";

interface EditableBudget {
  id: string;
  name: string;
  amount: string;
  period: "month" | "year";
  version: number;
}

/** Makes a budget, or changes the one that is chosen. */
export function BudgetForm({ project, currency, budgets }: { project: string; currency: string; budgets: EditableBudget[] }) {
  const router = useRouter();
  const [id, setId] = useState("");
  const chosen = budgets.find((budget) => budget.id === id);
  return (
    <details>
      <summary className="inline-flex min-h-9 cursor-pointer items-center text-sm font-semibold text-accent max-rail:min-h-11">Set a budget</summary>
      <ActionForm
        key={`${id} ${chosen?.version}`}
        action={setBudgetAction}
        submit="Save budget"
        testId="budget-form"
        className="mt-2 grid max-w-md gap-3"
        onDone={() => router.refresh()}
        done={() => "Saved."}
      >
        {(error) => (
          <>
            <input type="hidden" name="project" value={project} />
            <input type="hidden" name="id" value={chosen?.id ?? ""} />
            {chosen === undefined ? null : <input type="hidden" name="version" value={chosen.version} />}
            {budgets.length === 0 ? null : (
              <Field label="Budget" htmlFor="budget-id">
                <Select id="budget-id" value={id} onChange={(event) => setId(event.target.value)}>
                  <option value="">a new one</option>
                  {budgets.map((budget) => (
                    <option key={budget.id} value={budget.id}>
                      {budget.name}
                    </option>
                  ))}
                </Select>
              </Field>
            )}
            <Field label="Name" htmlFor="budget-name" error={error("name")}>
              <Input id="budget-name" name="name" required defaultValue={chosen?.name} />
            </Field>
            <Field label={`Amount in ${currency}`} htmlFor="budget-amount" error={error("amount")}>
              <Input id="budget-amount" name="amount" inputMode="decimal" required defaultValue={chosen?.amount} />
            </Field>
            <Field label="Per" htmlFor="budget-period">
              <Select id="budget-period" name="period" defaultValue={chosen?.period ?? "month"}>
                <option value="month">month</option>
                <option value="year">year</option>
              </Select>
            </Field>
          </>
        )}
      </ActionForm>
    </details>
  );
}
