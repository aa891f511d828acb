/** A roster as schools export it: a CSV file, read with patience. What cannot be used is named, the rest is kept. */
import { CsvError, parse } from "csv-parse/sync";
import { z } from "zod";

/** Someone whom the instructor expects. */
export type RosterRow = { name: string; email: string | null; reference: string | null };

/** `row` counts as a spreadsheet does, the header being 1. */
export type RosterReading = {
  rows: (RosterRow & { row: number })[];
  /** Rows that are not used, and why: a sentence each. */
  problems: { row: number; problem: string }[];
  /** Rows that say again what an earlier one says. */
  repeated: { row: number; of: number }[];
  /** Whether the file was not UTF-8 and was read as Windows-1252, the way of older spreadsheets. */
  isWestern: boolean;
};

/** The file as a whole is of no use. The message is for a person: what is wrong, and what to do. */
export class RosterFileError extends Error {
  override readonly name = "RosterFileError";
}

export const MOST_ROSTER_ROWS = 2_000;
export const MOST_ROSTER_BYTES = 256 * 1024;

/** Somebody on a roster as it is written: what is empty is left out. */
export const RosterPerson = z.object({
  name: z
    .string()
    .max(1_000, "Its name has more than 80 characters.")
    .transform(tidy)
    .pipe(z.string().min(1, "It has no name.").max(80, "Its name has more than 80 characters.")),
  email: written(254, "e-mail address").pipe(z.email("Its e-mail address is none.").toLowerCase().nullable()),
  reference: written(64, "reference"),
});

type Row = { row: number; fields: string[] };
type Column = "name" | "given" | "family" | "email" | "reference";
const COLUMNS: Readonly<Record<Column, readonly string[]>> = {
  name: ["name", "full name", "fullname", "display name", "learner", "student", "student name"],
  given: ["first name", "firstname", "given name", "givenname", "forename"],
  family: ["last name", "lastname", "family name", "familyname", "surname"],
  email: ["email", "e mail", "mail", "email address", "e mail address"],
  reference: ["reference", "number", "id", "student id", "student number", "id number", "matriculation number"],
};
const DELIMITERS = [",", ";", "\t"] as const;
/** Bytes of one row, quotes and all. */
const LONGEST_ROW = 4_096;

/** Reads a roster's file. Throws RosterFileError where nothing in it can be used. */
export function readRoster(bytes: Uint8Array): RosterReading {
  if (bytes.length > MOST_ROSTER_BYTES)
    throw new RosterFileError(`The file is too long: a roster has at most ${MOST_ROSTER_BYTES / 1024} kB.`);
  const { text, isWestern } = decode(bytes);
  if (text.includes("\0"))
    throw new RosterFileError("This is not a text file. Save the table as CSV first, then choose that file.");
  const problems: RosterReading["problems"] = [];
  const [header, ...records] = recordsOf(text, problems);
  if (header === undefined) throw new RosterFileError("The file is empty.");
  const columns = columnsOf(header.fields);
  const rows: RosterReading["rows"] = [];
  const repeated: RosterReading["repeated"] = [];
  const known = new Known();
  let count = 0;
  for (const { row, fields } of records) {
    if (fields.every((field) => field.trim() === "")) continue;
    if (++count > MOST_ROSTER_ROWS) throw tooMany();
    const read = RosterPerson.safeParse(rawRow(fields, columns));
    if (!read.success) {
      problems.push({ row, problem: read.error.issues.map(({ message }) => message).join(" ") });
      continue;
    }
    const found = known.take(row, read.data);
    if (found === undefined) rows.push({ row, ...read.data });
    else if (found.isSame) repeated.push({ row, of: found.row });
    else problems.push({ row, problem: `It has the ${found.shared} of row ${found.row}, with another name.` });
  }
  return { rows, problems: problems.sort((a, b) => a.row - b.row), repeated, isWestern };
}

/** Without what people do not see: how names are held against each other. */
export function sameName(a: string, b: string): boolean {
  return plainName(a) === plainName(b);
}

export function plainName(name: string): string {
  return tidy(name).normalize("NFKC").toLowerCase();
}

/** Who was in the file already. */
class Known {
  readonly #byEmail = new Map<string, { row: number; name: string }>();
  readonly #byReference = new Map<string, { row: number; name: string }>();
  readonly #byName = new Map<string, { row: number; isBare: boolean }>();

  /** The earlier row that speaks of the same person; undefined where there is none, and then this one is known. */
  take(row: number, { name, email, reference }: RosterRow): { row: number; isSame: boolean; shared: string } | undefined {
    for (const [index, key, shared] of [
      [this.#byEmail, email, "e-mail address"],
      [this.#byReference, reference, "reference"],
    ] as const) {
      const found = key === null ? undefined : index.get(key);
      if (found) return { row: found.row, isSame: sameName(found.name, name), shared };
    }
    const isBare = email === null && reference === null;
    const namesake = this.#byName.get(plainName(name));
    // Two people may have one name; a row that has nothing but the name says nothing new.
    if (namesake && isBare) return { row: namesake.row, isSame: true, shared: "name" };
    if (email !== null) this.#byEmail.set(email, { row, name });
    if (reference !== null) this.#byReference.set(reference, { row, name });
    if (!namesake) this.#byName.set(plainName(name), { row, isBare });
    return undefined;
  }
}

function decode(bytes: Uint8Array): { text: string; isWestern: boolean } {
  // What spreadsheets call "Unicode text".
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: new TextDecoder("utf-16le").decode(bytes), isWestern: false };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), isWestern: false };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), isWestern: true };
  }
}

function recordsOf(text: string, problems: RosterReading["problems"]): Row[] {
  const lines = text.split(/\r\n|\r|\n/);
  const head = lines[0] ?? "";
  const count = (delimiter: string) => head.split(delimiter).length;
  const delimiter = DELIMITERS.reduce((best, each) => (count(each) > count(best) ? each : best));
  try {
    return parseCsv(text, delimiter).map((fields, index) => ({ row: index + 1, fields }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  // A quote that is not closed would take all rows after it: then each line is a row, and only those with a mistake are lost.
  if (lines.length > 2 * MOST_ROSTER_ROWS) throw tooMany();
  const records: Row[] = [];
  for (const [index, line] of lines.entries()) {
    const row = index + 1;
    try {
      records.push({ row, fields: parseCsv(line, delimiter)[0] ?? [] });
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      problems.push({ row, problem: "Its quotation marks are not closed, or stand where none may be." });
    }
  }
  return records;
}

function parseCsv(text: string, delimiter: string): string[][] {
  return parse(text, { bom: true, delimiter, relax_column_count: true, max_record_size: LONGEST_ROW });
}

/** Where each column is. Throws RosterFileError where there is no name. */
function columnsOf(header: readonly string[]): Map<Column, number> {
  const titles = header.map((title) => plainName(title.replaceAll(/[-_.:]/g, " ")));
  const columns = new Map<Column, number>();
  for (const column of ["name", "given", "family", "email", "reference"] as const) {
    const at = titles.findIndex((title) => COLUMNS[column].includes(title));
    if (at >= 0) columns.set(column, at);
  }
  if (!columns.has("name") && !(columns.has("given") || columns.has("family")))
    throw new RosterFileError(
      "The first row must say what the columns are. One is called name; e-mail and reference may be there too, in any order.",
    );
  return columns;
}

function rawRow(fields: readonly string[], columns: ReadonlyMap<Column, number>): z.input<typeof RosterPerson> {
  const field = (column: Column) => {
    const at = columns.get(column);
    return tidy(at === undefined ? "" : (fields[at] ?? ""));
  };
  return {
    name: field("name") || tidy(`${field("given")} ${field("family")}`),
    email: field("email"),
    reference: field("reference"),
  };
}

function tooMany(): RosterFileError {
  return new RosterFileError(`The file is too long: a roster has at most ${MOST_ROSTER_ROWS} rows.`);
}

/** Something that may be left out, up to so many characters. */
function written(most: number, what: string) {
  return z
    .string()
    .nullable()
    .transform((text) => tidy(text ?? "") || null)
    .pipe(z.string().max(most, `Its ${what} has more than ${most} characters.`).nullable());
}

/** One blank between words, none around them, and nothing that is not seen. */
function tidy(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
}
