import type { z } from "zod";
import type { Permission } from "@/lib/auth/permissions";

/** One operation of the HTTP interface, as the document describes it. */
export interface Operation {
  method: "get" | "post" | "put" | "delete";
  /** Path with parameters in braces: `/api/v1/projects/{p}`. */
  path: string;
  summary: string;
  /** Permission the actor needs; `public` needs no actor. */
  permission: Permission | "public";
  /** Schema that validates the query, the same the route uses. */
  query?: z.ZodType;
  body?: { types: string[]; schema?: z.ZodType };
  /** Schema of a successful answer, where one is declared. */
  result?: z.ZodType;
  /** Media type of a successful answer. */
  answers?: string;
  /** Headers the operation reads. */
  headers?: { name: string; text: string }[];
  /** Further statuses beside 200 and the usual problems. */
  statuses?: Record<string, string>;
}
