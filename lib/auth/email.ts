import { z } from "zod";

/** Printable ASCII only: look-alikes such as a full-width @ are refused, not folded into another person's address (B-12). */
const EMAIL = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;

/** The one spelling under which an address is stored: trimmed and lower-case. */
export function normalizeEmail(text: string): string {
  return text.trim().toLowerCase();
}

/** An e-mail address in its stored spelling. Addresses with characters outside ASCII are not supported. */
export const emailInput = z
  .string({ error: "An e-mail address is needed." })
  .max(254, "At most 254 characters.")
  .transform(normalizeEmail)
  .refine((text) => EMAIL.test(text), "Not an e-mail address such as name@example.com.");
