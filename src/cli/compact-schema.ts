import type { Definition, Schema } from 'ts-json-schema-generator';

type Definitions = Readonly<Record<string, Definition>>;
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

const REF = '#/definitions/';
/** How the SDK marks an enum that may grow: `'a' | 'b' | OtherString`. */
const OPEN = `${REF}OtherString`;

/**
 * The definitions of a schema that are in use, by name, made smaller: those that say the same are one, and an open enum
 * holds only the values that the pinned SDK names, because a simulator of that version knows no other.
 */
export function compactSchema(schema: Schema): Map<string, Json> {
  const closed = Object.fromEntries(
    Object.entries((schema.definitions ?? {}) as Definitions).map(([name, one]) => [
      name,
      withEnums(one as Json),
    ]),
  );
  const groups = groupsOfEqual(closed);
  const names = namesOf(groups);
  const definitions = new Map<string, Json>();
  const visit = (name: string): string => {
    const kept = names.get(groups.get(name) ?? -1) ?? name;
    if (!definitions.has(kept)) {
      definitions.set(kept, true);
      definitions.set(kept, rewritten(closed[name] ?? true, visit));
    }
    return kept;
  };
  visit(String(schema.$ref).slice(REF.length));
  return definitions;
}

/** Unions of constants as one `enum`, without the mark of an open one. */
function withEnums(value: Json): Json {
  if (Array.isArray(value)) return value.map(withEnums);
  if (!isObject(value)) return value;
  const fields = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withEnums(inner ?? null)]),
  );
  const union = fields.anyOf;
  if (!Array.isArray(union)) return fields;
  const constants = union.filter((member) => isObject(member) && 'const' in member);
  const others = union.filter((member) => !constants.includes(member) && member.$ref !== OPEN);
  if (constants.length === 0) return fields;
  const merged = { enum: constants.map((member) => member.const) };
  return others.length === 0 ? merged : { ...fields, anyOf: [merged, ...others] };
}

/** Splits the definitions until those of one group are equal, references compared by group. */
function groupsOfEqual(definitions: Readonly<Record<string, Json>>): Map<string, number> {
  const names = Object.keys(definitions);
  let groups = new Map(names.map((name) => [name, 0]));
  for (let count = 0; count < new Set(groups.values()).size; ) {
    count = new Set(groups.values()).size;
    const known = new Map<string, number>();
    const before = groups;
    groups = new Map(
      names.map((name) => {
        const text = JSON.stringify(
          rewritten(definitions[name] ?? true, (target) => String(before.get(target))),
        );
        const group = known.get(text) ?? known.size;
        known.set(text, group);
        return [name, group];
      }),
    );
  }
  return groups;
}

/** One name for each group; the generator's own names of anonymous types hold positions in files, hence a number. */
function namesOf(groups: ReadonlyMap<string, number>): Map<number, string> {
  const names = new Map<number, string>();
  for (const [name, group] of groups) {
    const known = names.get(group);
    if (/^[\w.]+$/.test(name) && (known === undefined || name.length < known.length)) names.set(group, name);
  }
  for (const group of groups.values()) if (!names.has(group)) names.set(group, `anonymous-${group}`);
  return names;
}

function rewritten(value: Json, rename: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' ? REF + rename(String(inner).slice(REF.length)) : rewritten(inner ?? null, rename),
    ]),
  );
}

function isObject(value: unknown): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
