/** @file The names of a model: its id, its aliases, and `id:adapter` for each of its LoRA adapters. */

type Named = {
  id: string;
  aliases: readonly string[];
  adapters?: readonly string[] | undefined;
};

/** Every name that a list of models has for it, its id first. */
export function namesOf({ id, aliases, adapters = [] }: Named): string[] {
  return [id, ...aliases, ...adapters.map((adapter) => `${id}:${adapter}`)];
}

/**
 * Which adapter a name asks for: `base:adapter`, where base may be an alias too.
 *
 * @returns null when it is the model itself; undefined when it is another model.
 */
export function adapterIn(
  { id, aliases, adapters }: Named,
  name: string,
): string | null | undefined {
  const own = [id, ...aliases];
  if (own.includes(name)) return null;
  return adapters?.find((adapter) => own.some((base) => name === `${base}:${adapter}`));
}
