import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { importProblems } from "../../cli/check/imports.ts";

/** A repository with these files; returns what the rules find in it. */
function problems(t: TestContext, files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), "unboxed-imports-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const manifest = JSON.stringify({
    dependencies: { zod: "1.0.0", react: "1.0.0" },
    devDependencies: { knip: "1.0.0", "@types/hast": "1.0.0" },
  });
  for (const [path, text] of Object.entries({ "package.json": manifest, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return importProblems(root);
}

const DRIVER = { "lab-server/sandbox/driver.ts": "export type Driver = 1; export const driver = 1;" };

test("what the design allows passes", (t) => {
  const found = problems(t, {
    ...DRIVER,
    "lab-server/protocol.ts": `import * as z from "zod/mini"; export const P = z;`,
    "curriculum/lesson.ts": `import type { Root } from "hast"; export type L = Root;`,
    "classroom/ticket.ts": `export const t = 1;`,
    "components/lesson/page.tsx": `import { P } from "../../lab-server/protocol.ts"; import type { L } from "../../curriculum/lesson.ts"; export const C = () => <b>{String(P)}</b>; export type M = L;`,
    "app/page.tsx": `import { C } from "../components/lesson/page.tsx"; import { t } from "../classroom/ticket.ts"; import "node:fs"; export default () => <C key={t} />;`,
    "cli/lab.ts": `import { driver } from "../lab-server/sandbox/driver.ts"; import "knip"; console.log(driver);`,
  });
  assert.deepEqual(found, []);
});

const forbidden: Readonly<Record<string, { file: string; text: string }>> = {
  "a component that imports the driver": {
    file: "components/a.tsx",
    text: `import { driver } from "../lab-server/sandbox/driver.ts"; export const A = () => <b>{driver}</b>;`,
  },
  "a component that imports only a type of it": {
    file: "components/a.ts",
    text: `import type { Driver } from "../lab-server/sandbox/driver.ts"; export type A = Driver;`,
  },
  "a type that imports in place": {
    file: "components/a.ts",
    text: `export type A = import("../lab-server/sandbox/driver.ts").Driver;`,
  },
  "an import at run time": { file: "components/a.ts", text: `export const a = () => import("../lab-server/sandbox/driver.ts");` },
  "a re-export": { file: "app/a.ts", text: `export { driver } from "../lab-server/sandbox/driver.ts";` },
  "a re-export of everything": { file: "curriculum/a.ts", text: `export * from "../lab-server/sandbox/driver.ts";` },
  "what runs before the site's pages": { file: "proxy.ts", text: `import "./lab-server/sandbox/driver.ts";` },
};
for (const [what, { file, text }] of Object.entries(forbidden)) {
  test(`${what} is caught`, (t) => {
    const found = problems(t, { ...DRIVER, [file]: text });
    assert.equal(found.length, 1);
    assert.match(found[0] ?? "", /:1: .*may not import lab-server\/sandbox\/driver\.ts\.$/);
  });
}

test("the browser's protocol file imports zod and nothing else", (t) => {
  const found = problems(t, {
    ...DRIVER,
    "lab-server/protocol.ts": `import "node:fs";\nimport "react";\nimport "./sandbox/driver.ts";`,
  });
  assert.deepEqual(
    found.map((line) => line.split(": ")[0]),
    ["lab-server/protocol.ts:1", "lab-server/protocol.ts:2", "lab-server/protocol.ts:3"],
  );
});

test("a circle is told with its way, and one of types alone is none", (t) => {
  const found = problems(t, {
    "cli/a.ts": `import { b } from "./b.ts"; export const a = b;`,
    "cli/b.ts": `import { a } from "./a.ts"; export const b = a;`,
    "cli/c.ts": `import type { D } from "./d.ts"; export type C = D;`,
    "cli/d.ts": `import type { C } from "./c.ts"; export type D = C;`,
  });
  assert.deepEqual(found, ["cli/a.ts: imports itself in a circle: cli/a.ts → cli/b.ts → cli/a.ts."]);
});

test("packages: unlisted, for development only, a bare built-in, and a path that leads nowhere", (t) => {
  const found = problems(t, { "app/a.ts": `import "left-pad";\nimport "knip";\nimport "fs";\nimport "./b";` });
  assert.deepEqual(found, [
    "app/a.ts:1: package.json does not list left-pad: run npm install --save-exact left-pad.",
    "app/a.ts:2: knip is listed for development only, and this runs in production.",
    "app/a.ts:3: Write node:fs.",
    "app/a.ts:4: ./b leads nowhere: write the path with its extension.",
  ]);
});
