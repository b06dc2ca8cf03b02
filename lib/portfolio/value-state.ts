/** A figure with its state; the same union that `components/ui/value` draws. */
export type ValueState =
  | { state: "value"; text: string; zero?: boolean }
  | { state: "not-yet"; reason: string }
  | { state: "unknown"; reason: string }
  | { state: "stale"; text: string; age: string }
  | { state: "not-applicable" };
