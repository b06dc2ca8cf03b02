/**
 * The catalogue of Terraform resource types, kept as data: type → kind and the attributes that are specification.
 *
 * Attributes are separated by blanks, dots lead into blocks (the first of several). A mark behind a colon says what a
 * number means: `:mb` memory in MB, `:gb` disk in GB, `:n` how many there are, `:port` a port. What is not listed
 * is not read. A test refuses names that sound like secrets.
 */
export type TypeRow = readonly [kind: string, attributes?: string];

export interface ProviderRows {
  /** Name of the provider as people write it. */
  provider: string;
  /** Type → what it is, without the provider's prefix where `prefix` is given. */
  types: Readonly<Record<string, TypeRow>>;
}
