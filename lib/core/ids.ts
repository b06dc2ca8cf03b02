import { v7 } from "uuid";

/** A new opaque id: UUID version 7, so that rows made later sort later. */
export function newId(): string {
  return v7();
}

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Lower-case letters, digits and inner hyphens, at most 63 characters. */
export function isSlug(text: string): boolean {
  return SLUG.test(text);
}

/** Makes a slug out of a title; `fallback` is used when nothing is left of it. */
export function slugify(text: string, fallback = "item"): string {
  const slug = text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63)
    .replace(/-+$/, "");
  return slug === "" ? fallback : slug;
}
