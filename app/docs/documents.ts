/** The documentation in docs/: read when it is asked for, as lessons are. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, posix, resolve } from "node:path";
import { type Document, parseDocument } from "./markdown.ts";

const FOLDER = resolve(/* turbopackIgnore: true */ "docs");
/** In the order in which somebody who teaches with Unboxed, or hosts it, needs them. What is not named here comes after. */
const ORDER = [
  "teach",
  "roster",
  "board",
  "help",
  "report",
  "install",
  "compose",
  "configure",
  "accounts",
  "secure",
  "upgrade",
  "backup",
  "monitor",
  "sizing",
  "troubleshoot",
];

export type Listed = { slug: string; title: string; summary: string; section: Section };
export type Section = (typeof SECTIONS)[number];
export const SECTIONS = ["Teaching", "Self-hosting", "Reference"] as const;
/** Folders below docs/ whose documents are a section. What lies beside them is for reference. */
const FOLDERS: Readonly<Record<string, Section>> = { teaching: "Teaching", "self-hosting": "Self-hosting" };

/** By file; a document stays the same until its file changes. */
const parsed = new Map<string, { changed: number; document: Document }>();

/** All documents, in the order in which they are read. */
export async function listDocuments(): Promise<Listed[]> {
  const files = await documentFiles();
  return Promise.all(
    [...files].map(async ([slug, file]): Promise<Listed> => {
      const { title, summary } = await read(file, files);
      return { slug, title, summary, section: FOLDERS[posix.dirname(file)] ?? "Reference" };
    }),
  );
}

/** Undefined where there is none of that name. */
export async function findDocument(slug: string): Promise<Document | undefined> {
  const files = await documentFiles();
  const file = files.get(slug);
  return file === undefined ? undefined : read(file, files);
}

/** Files below docs/ by the name that their page has. */
async function documentFiles(): Promise<Map<string, string>> {
  const folders = await Promise.all(
    Object.keys(FOLDERS).map(async (folder) => (await markdownIn(folder)).map((name) => `${folder}/${name}`)),
  );
  const files = [...folders.flatMap((names) => names.sort(byRank)), ...(await markdownIn("."))];
  return new Map(files.map((file) => [posix.basename(file, ".md"), file]));
}

async function markdownIn(folder: string): Promise<string[]> {
  return (await readdir(join(FOLDER, folder))).filter((name) => name.endsWith(".md")).sort();
}

function byRank(a: string, b: string): number {
  return rank(a) - rank(b) || a.localeCompare(b);
}

function rank(file: string): number {
  const at = ORDER.indexOf(posix.basename(file, ".md"));
  return at < 0 ? ORDER.length : at;
}

async function read(file: string, files: ReadonlyMap<string, string>): Promise<Document> {
  const path = join(FOLDER, file);
  const { mtimeMs: changed } = await stat(path);
  const known = parsed.get(file);
  if (known?.changed === changed) return known.document;
  const document = parseDocument(await readFile(path, "utf8"), {
    file,
    pages: new Map([...files].map(([slug, at]) => [at, slug])),
  });
  parsed.set(file, { changed, document });
  return document;
}
