/**
 * `fact` in a check script: what the lab-server saw of the sandbox from outside, which nothing inside can fake. The facts travel with the
 * script, as data that the script only compares and prints.
 */
import { type Facts, Table } from "../xray/facts.ts";
import { columnsOf, rowsOf } from "./fact-columns.ts";

/** Characters of the facts that go with one script. bash reads them a byte at a time. */
const MOST_CHARACTERS = 256 * 1024;
/** Of one value: options of mounts are the long ones. */
const MOST_OF_A_VALUE = 512;
/** Between values: no name has it, since control characters are made visible (read/name.ts), and here once more. */
const BETWEEN = "\u001f";

/** A call of `fact` where a command can stand, with its table and what follows on the line. */
const CALL = /(?:^|[;|&({!`]|\b(?:if|while|until|then|do|else|elif)\b)[ \t]*fact[ \t]+(\S+)([^\n;|&)]*)/gm;

/** The tables that a script asks for, in their own order. */
export function tablesOf(script: string): Table[] {
  const named = new Set([...script.matchAll(CALL)].map(([, table]) => table));
  return Table.options.filter((table) => named.has(table));
}

/** A word that is wrong, in a line of the script that counts from 1, and the words that are known in its place. */
export type FactMistake = { line: number; word: string; known: readonly string[]; what: "table" | "column" };

/** Mistakes in a script's calls of `fact`. */
export function factMistakes(script: string): FactMistake[] {
  return [...script.matchAll(CALL)].flatMap(({ 1: name = "", 2: rest = "", index }): FactMistake[] => {
    const line = script.slice(0, index).split("\n").length;
    const table = Table.options.find((one) => one === name);
    if (!table) return [{ line, word: name, known: Table.options, what: "table" }];
    const known = columnsOf(table);
    return columnsNamed(rest)
      .filter((word) => !known.includes(word))
      .map((word) => ({ line, word, known, what: "column" }));
  });
}

/** Of `COLUMN=VALUE COLUMN!=VALUE -- COLUMN`. Columns are written out; values may be anything. */
function columnsNamed(rest: string): string[] {
  const words = rest.match(/(?:[^\s"'\\]|"(?:[^"\\]|\\.)*"|'[^']*'|\\.)+/g) ?? [];
  const end = words.findIndex((word) => /^\d?[<>]/.test(word));
  const said = end < 0 ? words : words.slice(0, end);
  const dashes = said.indexOf("--");
  const conditions = dashes < 0 ? said : said.slice(0, dashes);
  return [...conditions.map((word) => word.replace(/!?=.*$/s, "")), ...(dashes < 0 ? [] : said.slice(dashes + 1))];
}

/** What defines `fact` for a script that asks for these tables. */
export function factPrelude(tables: readonly Table[], facts: Facts): string {
  let left = MOST_CHARACTERS;
  const data = tables.map((table) => {
    const rows: string[] = [];
    for (const row of rowsOf(table, facts)) {
      const line = row.map(plain).join(BETWEEN) + BETWEEN;
      left -= line.length;
      if (left < 0) break;
      rows.push(line);
    }
    return `fact_columns[${table}]='${columnsOf(table).join(" ")}'\nfact_rows[${table}]=${quoted(rows.join("\n"))}\n`;
  });
  return `declare -A fact_columns fact_rows\n${data.join("")}${FACT}`;
}

/** One line of visible characters. */
function plain(value: string): string {
  return value.slice(0, MOST_OF_A_VALUE).replace(/\p{Cc}/gu, "?");
}

/**
 * Prints the rows of a table for which all conditions hold, a line each with tabs between, and fails where there is none. Starts no program
 * and opens no file. What is compared is never looked at as a pattern, a number or a command.
 */
const FACT = `fact() {
  local table=$1 word name value index line shown ok status=1
  local - IFS=$'\\n'
  set -f
  [[ -v fact_columns[$table] ]] || { echo "fact: there is no table $table." >&2; return 2; }
  shift
  local -A place=() wanted=() unwanted=()
  local -a fields columns show=()
  IFS=' '
  columns=(\${fact_columns[$table]})
  for index in "\${!columns[@]}"; do place[\${columns[index]}]=$index; done
  while (($#)) && [[ $1 != -- ]]; do
    word=$1 name=\${1%%=*} value=\${1#*=}
    [[ $word == *=* && -v place[\${name%!}] ]] || { echo "fact: $table has no column for $word." >&2; return 2; }
    if [[ $name == *! ]]; then unwanted[\${name%!}]=$value; else wanted[$name]=$value; fi
    shift
  done
  if (($# > 1)); then columns=("\${@:2}"); fi
  for name in "\${columns[@]}"; do
    [[ -v place[$name] ]] || { echo "fact: $table has no column $name." >&2; return 2; }
    show+=("\${place[$name]}")
  done
  IFS=$'\\n'
  for line in \${fact_rows[$table]}; do
    IFS=$'\\x1f'
    fields=($line)
    ok=1
    for name in "\${!wanted[@]}"; do [[ \${fields[\${place[$name]}]} == "\${wanted[$name]}" ]] || ok=; done
    for name in "\${!unwanted[@]}"; do [[ \${fields[\${place[$name]}]} != "\${unwanted[$name]}" ]] || ok=; done
    [[ $ok ]] || continue
    status=0 shown=
    for index in "\${show[@]}"; do shown+=$'\\t'\${fields[index]}; done
    printf '%s\\n' "\${shown:1}"
  done
  return $status
}
`;

/** A string as one word of a shell script. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
