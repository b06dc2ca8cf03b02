"use client";

import { useState } from "react";
import { Field, Input, Select, Textarea } from "@/components/ui/field";
import type { FormField } from "@/lib/plan/review/types";

interface FieldInputProps {
  id: string;
  field: FormField;
  value: unknown;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

const shown = (value: unknown) => (value === null || value === undefined ? "" : String(value));

/** One field of an entry, as its kind is written. */
export function FieldInput({ id, field, value, error, onChange }: FieldInputProps) {
  const label = field.required ? field.label : `${field.label} (optional)`;
  const wrap = (control: React.ReactNode, hint?: string) => (
    <Field label={field.type === "flag" ? field.label : label} htmlFor={id} hint={hint} error={error}>
      {control}
    </Field>
  );
  switch (field.type) {
    case "choice":
      return wrap(
        <Select id={id} value={shown(value)} onChange={(event) => onChange(event.target.value)}>
          {field.required && shown(value) !== "" ? null : <option value="">{field.required ? "choose" : "none"}</option>}
          {field.options?.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
        </Select>,
      );
    case "flag":
      return wrap(
        <Select id={id} value={value === true ? "yes" : "no"} onChange={(event) => onChange(event.target.value === "yes")}>
          <option value="no">no</option>
          <option value="yes">yes</option>
        </Select>,
      );
    case "lines":
      return wrap(
        <Textarea
          id={id}
          className="font-mono text-sm"
          value={Array.isArray(value) ? value.join("\n") : shown(value)}
          onChange={(event) => onChange(event.target.value.split("\n"))}
        />,
      );
    case "price":
      return <PriceInput id={id} label={field.label} value={value} error={error} onChange={onChange} />;
    case "level":
      return <LevelInput id={id} label={label} value={value} error={error} onChange={onChange} />;
    case "cell":
      return wrap(
        <Textarea id={id} value={(Array.isArray(value) ? value : []).map(shown).join("\n")} onChange={(event) => onChange(event.target.value.split("\n"))} />,
        "One line per column: 100–500, > 500, yes, or words.",
      );
    case "comparand":
      return wrap(
        <Input id={id} value={value === true ? "yes" : value === false ? "no" : shown(value)} onChange={(event) => onChange(event.target.value)} />,
        "A number, or yes or no.",
      );
    case "number":
      return wrap(<Input id={id} inputMode="decimal" value={shown(value)} onChange={(event) => onChange(event.target.value)} />);
    default:
      return wrap(<Input id={id} value={shown(value)} onChange={(event) => onChange(event.target.value)} />);
  }
}

type Parts = Record<string, unknown>;
const partsOf = (value: unknown): Parts => (typeof value === "object" && value !== null ? (value as Parts) : {});

const FORMS: readonly [form: string, text: string, amounts: readonly [field: string, label: string][]][] = [
  ["fixed", "one amount", [["amount", "Amount"]]],
  [
    "range",
    "from … to …",
    [
      ["min", "From"],
      ["max", "To"],
    ],
  ],
  ["open", "at least …", [["min", "At least"]]],
  ["free", "free", []],
  ["included", "included in another price", []],
  [
    "per-unit",
    "per unit",
    [
      ["unitPrice", "Price of a unit"],
      ["per", "For how many"],
      ["unit", "Unit"],
    ],
  ],
  [
    "percent",
    "a share",
    [
      ["percent", "Percent"],
      ["fixed", "Plus per payment (optional)"],
      ["of", "Of what"],
    ],
  ],
  ["unknown", "not known", []],
];
const OWN_FORMS: Record<string, string> = { tiered: "tiers, as read", formula: "a formula, as read" };

interface PartsInputProps {
  id: string;
  label: string;
  value: unknown;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

function PriceInput({ id, label, value, error, onChange }: PartsInputProps) {
  const [parts, setParts] = useState<Parts>({ form: "fixed", period: "month", ...partsOf(value) });
  const set = (change: Parts) => {
    const next = { ...parts, ...change };
    setParts(next);
    onChange(next);
  };
  const form = String(parts.form);
  const amounts = FORMS.find(([name]) => name === form)?.[2] ?? [];
  return (
    <fieldset className="col-span-full grid gap-x-3 gap-y-1 rounded-md border border-line p-3 sm:grid-cols-3">
      <legend className="px-1 text-sm font-semibold">{label}</legend>
      <Field label="How it is given" htmlFor={`${id}-form`} error={error}>
        <Select id={`${id}-form`} value={form} onChange={(event) => set({ form: event.target.value })}>
          {FORMS.map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
          {OWN_FORMS[String(partsOf(value).form)] === undefined ? null : (
            <option value={String(partsOf(value).form)}>{OWN_FORMS[String(partsOf(value).form)]}</option>
          )}
        </Select>
      </Field>
      {amounts.map(([name, text]) => (
        <Field key={name} label={text} htmlFor={`${id}-${name}`}>
          <Input
            id={`${id}-${name}`}
            inputMode={name === "unit" || name === "of" ? "text" : "decimal"}
            value={shown(parts[name])}
            onChange={(event) => set({ [name]: event.target.value })}
          />
        </Field>
      ))}
      <Field label="Currency" htmlFor={`${id}-currency`} hint="Empty: the project's.">
        <Input id={`${id}-currency`} maxLength={3} value={shown(parts.currency)} onChange={(event) => set({ currency: event.target.value.toUpperCase() })} />
      </Field>
      <Field label="Per" htmlFor={`${id}-period`}>
        <Select id={`${id}-period`} value={shown(parts.period)} onChange={(event) => set({ period: event.target.value })}>
          {["hour", "day", "month", "quarter", "year", "once"].map((period) => (
            <option key={period}>{period}</option>
          ))}
        </Select>
      </Field>
      <Field label="Approximate" htmlFor={`${id}-approximate`}>
        <Select
          id={`${id}-approximate`}
          value={parts.approximate === true ? "yes" : "no"}
          onChange={(event) => set({ approximate: event.target.value === "yes" })}
        >
          <option>no</option>
          <option>yes</option>
        </Select>
      </Field>
    </fieldset>
  );
}

function LevelInput({ id, label, value, error, onChange }: PartsInputProps) {
  const [parts, setParts] = useState<Parts>({ op: ">", ...partsOf(value) });
  const set = (change: Parts) => {
    const next = { ...parts, ...change };
    setParts(next);
    onChange(shown(next.value) === "" ? null : next);
  };
  return (
    <Field label={label} htmlFor={id} error={error}>
      <div className="grid grid-cols-[5rem_1fr] gap-2">
        <Select aria-label={`${label}, operator`} value={shown(parts.op)} onChange={(event) => set({ op: event.target.value })}>
          {[">", ">=", "<", "<="].map((op) => (
            <option key={op}>{op}</option>
          ))}
        </Select>
        <Input id={id} inputMode="decimal" value={shown(parts.value)} onChange={(event) => set({ value: event.target.value })} />
      </div>
    </Field>
  );
}
