import { describe, expect, it } from "vitest";
import { isServerAway } from "./server-away";

const answer = (code: string) => Object.assign(new Error("said by the server"), { severity: "FATAL", code });
const network = (code: string) => Object.assign(new Error(`connect ${code}`), { syscall: "connect", code });

describe("whether a server was away", () => {
  it.each([
    ["shutting down", answer("57P01")],
    ["starting up", answer("57P03")],
    ["no place for another session", answer("53300")],
    ["disk full", answer("53100")],
    ["read-only after a failover", answer("25006")],
    ["refused connection", network("ECONNREFUSED")],
    ["both addresses of a name refuse", new AggregateError([network("ECONNREFUSED"), network("ECONNREFUSED")])],
    ["a session that ended", new Error("Connection terminated unexpectedly")],
    ["a session that had ended before", new Error("Client has encountered a connection error and is not queryable")],
    ["no answer in time", new Error("Query read timeout")],
    ["no login in time", new Error("timeout expired")],
    ["no login in time, told of whom", new Error("No connection to target-db (10.0.0.2:5432): timeout expired")],
  ])("%s: yes", (_name, error) => expect(isServerAway(error)).toBe(true));

  it.each([
    ["a wrong password", answer("28P01")],
    ["no permission", answer("42501")],
    ["a broken rule of the data", answer("23505")],
    ["an error of our own", new Error("The two sides differ")],
    ["one address says no", new AggregateError([network("ECONNREFUSED"), answer("28P01")])],
    ["no error at all", "Connection terminated"],
  ])("%s: no", (_name, error) => expect(isServerAway(error)).toBe(false));
});
