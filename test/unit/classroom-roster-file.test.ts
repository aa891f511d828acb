import assert from "node:assert/strict";
import test from "node:test";
import { MOST_ROSTER_BYTES, RosterFileError, RosterPerson, readRoster } from "../../classroom/roster-file.ts";

const read = (text: string) => readRoster(new TextEncoder().encode(text));
const people = (text: string) => read(text).rows.map(({ name, email, reference }) => [name, email, reference]);
const refused = (matching: RegExp) => (error: unknown) => error instanceof RosterFileError && matching.test(error.message);

test("columns are found in any order and case, whatever stands between them", () => {
  const expected = [["Ada Lovelace", "ada@uni.example", "7"]];
  for (const [header, row] of [
    ["name,e-mail,reference", "Ada Lovelace,ada@uni.example,7"],
    ["\uFEFFREFERENCE;E-Mail;Name", "7;ADA@uni.example;Ada Lovelace"],
    ["Email Address\tStudent_Number\tFull name", "ada@uni.example\t7\t  Ada   Lovelace "],
    ["group,Surname,First name,mail,ID number", "B,Lovelace,Ada,ada@uni.example,7"],
    ['"name","e-mail","number"', '"Ada Lovelace","ada@uni.example","7"'],
  ]) {
    assert.deepEqual(people(`${header}\r\n${row}\r\n`), expected, header);
    assert.deepEqual(people(`${header}\n${row}`), expected, header);
    assert.deepEqual(people(`${header}\r${row}\r`), expected, `${header}, as an old Mac wrote it`);
  }
  assert.deepEqual(people('name;e-mail\n"Lovelace, Ada";\n'), [["Lovelace, Ada", null, null]], "a comma is not always one");
});

test("bad rows are named as a spreadsheet counts them, and the good ones kept", () => {
  const { rows, problems } = read(
    `name,e-mail,reference\nAda,ada@,\n\n,x@uni.example,\n${"n".repeat(81)},,\nBo,,${"9".repeat(65)}\nCy,,\n`,
  );
  assert.deepEqual(problems, [
    { row: 2, problem: "Its e-mail address is none." },
    { row: 4, problem: "It has no name." },
    { row: 5, problem: "Its name has more than 80 characters." },
    { row: 6, problem: "Its reference has more than 64 characters." },
  ]);
  assert.deepEqual(
    rows.map(({ row, name }) => [row, name]),
    [[7, "Cy"]],
  );
});

test("a quotation mark that is not closed costs its own row and no other", () => {
  const { rows, problems } = read('name,reference\nAda,"1\nB"o,2\nCy,3\n"D"i,4\n"Ed",5\n');
  assert.deepEqual(
    problems.map(({ row }) => row),
    [2, 3, 5],
  );
  assert.match(problems[0]?.problem ?? "", /quotation marks/);
  assert.deepEqual(
    rows.map(({ row, name }) => [row, name]),
    [
      [4, "Cy"],
      [6, "Ed"],
    ],
  );
});

test("rows that say the same of the same person are merged; those that contradict one are named", () => {
  const { rows, problems, repeated } = read(
    "name,e-mail,reference\nAda,ada@x.org,1\nADA,Ada@X.org,\nada,,\nBo,,2\nBo,,3\nCy,ada@x.org,\nDi,,2\n",
  );
  assert.deepEqual(
    rows.map(({ row }) => row),
    [2, 5, 6],
    "two people may have one name",
  );
  assert.deepEqual(repeated, [
    { row: 3, of: 2 },
    { row: 4, of: 2 },
  ]);
  assert.deepEqual(problems, [
    { row: 7, problem: "It has the e-mail address of row 2, with another name." },
    { row: 8, problem: "It has the reference of row 5, with another name." },
  ]);
});

test("a file of an older spreadsheet is read as Windows-1252, and that is said; one of UTF-16 as that", () => {
  const western = readRoster(
    new Uint8Array([...new TextEncoder().encode("name\nJ"), 0xfc, ...new TextEncoder().encode("rgen\n")]),
  );
  assert.deepEqual([western.isWestern, western.rows[0]?.name], [true, "Jürgen"]);
  const wide = Buffer.from("\uFEFFname\tnumber\nJürgen\t1\n", "utf16le");
  assert.deepEqual([readRoster(wide).isWestern, readRoster(wide).rows[0]?.name], [false, "Jürgen"]);
  assert.equal(read("name\nJürgen\n").isWestern, false);
});

test("a file that is no roster is refused in a sentence", () => {
  assert.throws(() => read(""), refused(/empty/));
  assert.throws(() => read("Ada,ada@x.org\nBo,bo@x.org\n"), refused(/first row must say/));
  assert.throws(() => read("PK\u0003\u0004\0\0 a workbook"), refused(/not a text file/));
  assert.throws(() => readRoster(new Uint8Array(MOST_ROSTER_BYTES + 1)), refused(/256 kB/));
  const many = Array.from({ length: 2_001 }, (_, index) => `P${index}`).join("\n");
  assert.throws(() => read(`name\n${many}\n`), refused(/2000 rows/));
  assert.equal(read(`name\n${many.slice(0, many.lastIndexOf("\n"))}\n`).rows.length, 2_000);
});

test("what one types for a person is read as a row is", () => {
  assert.deepEqual(RosterPerson.parse({ name: " Ada\u200b  Lovelace\n", email: " ADA@x.org ", reference: "  " }), {
    name: "Ada Lovelace",
    email: "ada@x.org",
    reference: null,
  });
  assert.equal(RosterPerson.safeParse({ name: "\u200b", email: null, reference: null }).success, false);
});
