"use client";

import { useState } from "react";
import { Field, Select } from "@/components/ui/field";
import { Card } from "@/components/ui/layout";
import { EditForm } from "./edit-form";
import type { ReviewTools } from "./use-review";

/** Lists of the plan that anything can be added to, whether the document has one or not. */
const LISTS: readonly [list: string, word: string][] = [
  ["stacks", "stack"],
  ["otherPrices", "price of no stack"],
  ["metrics", "metric"],
  ["triggers", "trigger"],
  ["migrations", "migration"],
  ["alertRules", "alert"],
  ["monitors", "monitor"],
  ["backups", "backup"],
  ["budgets", "budget"],
  ["successCriteria", "success criterion"],
  ["environment", "group of environment variables"],
];

/** Adds what the reader missed and no group has room for. */
export function AddAnything({ tools }: { tools: ReviewTools }) {
  const [list, setList] = useState("");
  const word = LISTS.find(([name]) => name === list)?.[1];
  return (
    <Card title="Add what is missing">
      <Field label="What" htmlFor="add-anything" hint="A trigger or alert needs a metric first; services and steps are added in their stack or migration.">
        <Select id="add-anything" value={list} onChange={(event) => setList(event.target.value)}>
          <option value="">choose</option>
          {LISTS.map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </Select>
      </Field>
      {word === undefined ? null : (
        <EditForm
          key={list}
          title={`Add: ${word}`}
          submit={`Add the ${word}`}
          load={() => tools.fieldsOf({ list })}
          save={(fields) => tools.add(list, "", fields)}
          onClose={() => setList("")}
        />
      )}
    </Card>
  );
}
