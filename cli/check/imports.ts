import { existsSync, globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { z } from "zod";

/** Who may import whom: a folder, and the paths besides its own that it may import. cli/ and test/ may import everything. */
const MAY_IMPORT: Readonly<Record<string, readonly RegExp[]>> = {
  app: [/^components\//, /^curriculum\//, /^classroom\//, /^lab-server\/(protocol|staff\/wire)\.ts$/],
  components: [/^lab-server\/(protocol|staff\/wire)\.ts$/, /^curriculum\/lesson\.ts$/],
  "lab-server": [/^curriculum\//, /^classroom\//],
  curriculum: [],
  classroom: [],
  images: [/^lab-server\/sandbox\//],
};
/** The site's process, and what Next runs before its pages: they follow the rules of app/, and may import it. */
const SITE_FILES = /^(server|proxy|instrumentation|instrumentation-client)\.ts$/;
/** These go into the browser's bundle: besides each other and the packages listed they import nothing. */
const BROWSER_FILES: Readonly<Record<string, readonly string[]>> = {
  "lab-server/protocol.ts": ["zod/mini"],
  "lab-server/xray/facts.ts": ["zod/mini"],
  "lab-server/staff/wire.ts": ["zod/mini"],
};
/** Whatever runs in production needs no development package. */
const PRODUCT = /^(app|components|lab-server|curriculum|classroom|images)\//;
const SOURCE = /\.(ts|tsx|mts|mjs)$/;
/** `typeOnly`: nothing of it is left when the code runs, or it runs later. */
type Import = { specifier: string; line: number; typeOnly: boolean };

const Manifest = z.object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) });

/** One sentence for each import that breaks a rule; `files` are paths below `root`, all sources where left out. */
export function importProblems(root: string, files: readonly string[] = sources(root)): string[] {
  const manifest = Manifest.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  const graph = new Map<string, string[]>();
  const problems: string[] = [];
  for (const file of files) {
    const targets: string[] = [];
    for (const found of importsOf(file, readFileSync(join(root, file), "utf8"))) {
      const say = (what: string) => problems.push(`${file}:${found.line}: ${what}`);
      if (!found.specifier.startsWith(".")) {
        const problem = packageProblem(file, found, manifest);
        if (problem !== undefined) say(problem);
        continue;
      }
      const target = posix.join(posix.dirname(file), found.specifier);
      if (!existsSync(join(root, target))) say(`${found.specifier} leads nowhere: write the path with its extension.`);
      else if (!mayImport(file, target)) say(`${topOf(file)}/ may not import ${target}.`);
      // Types are gone when the code runs, so a circle of them alone does no harm.
      if (!found.typeOnly) targets.push(target);
    }
    graph.set(file, targets);
  }
  return [...problems, ...circles(graph).map((circle) => `${circle[0]}: imports itself in a circle: ${circle.join(" → ")}.`)];
}

/** Every import of a file: static, re-exported, dynamic with a literal, and `import("…")` types. */
export function importsOf(file: string, text: string): Import[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const found: Import[] = [];
  const add = (source: unknown, start: number, typeOnly: boolean) => {
    const literal = Literal.safeParse(source);
    if (literal.success) found.push({ specifier: literal.data.value, line: text.slice(0, start).split("\n").length, typeOnly });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source, node.start, node.importKind === "type"),
    ExportNamedDeclaration: (node) => add(node.source, node.start, node.exportKind === "type"),
    ExportAllDeclaration: (node) => add(node.source, node.start, node.exportKind === "type"),
    ImportExpression: (node) => add(node.source, node.start, true),
    TSImportType: (node) => add(node.source, node.start, true),
  }).visit(program);
  return found;
}

const Literal = z.object({ type: z.literal("Literal"), value: z.string() });

function mayImport(file: string, target: string): boolean {
  if (file in BROWSER_FILES) return target in BROWSER_FILES;
  const from = SITE_FILES.test(file) ? "app" : topOf(file);
  const allowed = MAY_IMPORT[from];
  return allowed === undefined || topOf(target) === from || allowed.some((path) => path.test(target));
}

function packageProblem(file: string, { specifier, typeOnly }: Import, manifest: z.infer<typeof Manifest>): string | undefined {
  const only = BROWSER_FILES[file];
  if (only !== undefined && !only.includes(specifier))
    return `${file} goes into the browser's bundle and may import only ${only.join(", ")}.`;
  if (isBuiltin(specifier)) return specifier.startsWith("node:") ? undefined : `Write node:${specifier}.`;
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  if (name in manifest.dependencies) return undefined;
  const types = name.startsWith("@") ? name.slice(1).replace("/", "__") : name;
  if (typeOnly && `@types/${types}` in manifest.devDependencies) return undefined;
  if (!(name in manifest.devDependencies)) return `package.json does not list ${name}: run npm install --save-exact ${name}.`;
  return PRODUCT.test(file) && !typeOnly ? `${name} is listed for development only, and this runs in production.` : undefined;
}

/** Each circle once, as the files in it, the first again at its end. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

function topOf(path: string): string {
  return path.split("/")[0] ?? path;
}

/** Every source file, without asking git, which refuses a clone that another user owns. */
function sources(root: string): string[] {
  const skipped = (name: string) => name.startsWith(".") || name === "node_modules";
  return globSync("**/*", { cwd: root, exclude: (path) => skipped(posix.basename(path)) }).filter((file) => SOURCE.test(file));
}
