import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { RUNTIME_PACKAGES } from "../../cli/start/debian-packages.ts";
import { CLONE } from "../../cli/start/settings.ts";
import { SITE_ID } from "../../cli/start/site.ts";
import { originsAt } from "../../deploy/docker/origins.ts";

const read = (file: string) => readFileSync(join(CLONE, file), "utf8");
const Environment = z.record(z.string(), z.union([z.string(), z.number()]));
const Compose = z.object({
  "x-configuration": Environment,
  services: z.record(
    z.string(),
    z.looseObject({ environment: Environment, cap_add: z.array(z.string()).default([]), privileged: z.boolean().default(false) }),
  ),
});
const compose = Compose.parse(parse(read("docker-compose.yml"), { merge: true }));
const page = read("docs/self-hosting/compose.md");
const dockerfile = read("deploy/docker/Dockerfile");

/** Names in the first column of a file's tables. */
const firstColumn = (text: string, name: RegExp) =>
  new Set([...text.matchAll(/^\| `([A-Z_]+)`/gm)].flatMap(([, found = ""]) => (name.test(found) ? found : [])));
const VARIABLE = /^(PORT|UNBOXED_\w+|DATABASE_(FILE|URL))$/;

test("what the compose file passes on is known to README.md's table or to docs/self-hosting/compose.md", () => {
  const known = new Set([...firstColumn(read("README.md"), VARIABLE), ...firstColumn(page, VARIABLE)]);
  const passed = [...read("docker-compose.yml").matchAll(/\$\{([A-Z_]+)/g)].map(([, name = ""]) => name);
  assert.ok(passed.length > 15, "the variables are found in the compose file");
  for (const name of passed) assert.ok(known.has(name), `${name} is in a table`);
});

test("every variable of README.md's table is passed on, or the page says why it cannot be set", () => {
  const passed = new Set([...read("docker-compose.yml").matchAll(/\$\{([A-Z_]+)/g)].map(([, name = ""]) => name));
  const fixed = new Set(
    [...(/^Fixed in containers.*$/m.exec(page)?.[0] ?? "").matchAll(/`([A-Z_]+)`/g)].map(([, name = ""]) => name),
  );
  for (const name of firstColumn(read("README.md"), VARIABLE))
    assert.ok(
      passed.has(name) !== fixed.has(name),
      `${name} is either passed on by docker-compose.yml or named as fixed in compose.md`,
    );
});

test("a variable is passed on under its own name, and a service is told all that it shares with the other", () => {
  for (const [name, value] of Object.entries(compose["x-configuration"]))
    assert.match(String(value), new RegExp(`^\\$\\{${name}:-`));
  for (const service of ["site", "lab-server", "set-up"])
    for (const [name, value] of Object.entries(compose["x-configuration"]))
      assert.equal(compose.services[service]?.environment[name], value, `${name} of ${service}`);
});

test("nothing is privileged, and the page explains each of the lab-server's rights and no other", () => {
  for (const { privileged } of Object.values(compose.services)) assert.equal(privileged, false);
  assert.deepEqual(
    [...firstColumn(page, /^(?!UNBOXED|PORT|DATABASE)/)].sort(),
    [...(compose.services["lab-server"]?.cap_add ?? [])].sort(),
  );
  const setUp = compose.services["set-up"]?.cap_add ?? [];
  for (const right of setUp) assert.ok(compose.services["lab-server"]?.cap_add.includes(right), `${right} is explained`);
});

test("the images have the Node of package.json, the packages of npm start and its site's user", () => {
  const { devDependencies } = z
    .object({ devDependencies: z.object({ node: z.string() }) })
    .parse(JSON.parse(read("package.json")));
  assert.match(dockerfile, new RegExp(`^FROM node:${devDependencies.node.replaceAll(".", "\\.")}-bookworm-slim AS base$`, "m"));
  const installed = /apt-get install --yes --no-install-recommends (.+) \\$/m.exec(dockerfile)?.[1]?.split(" ") ?? [];
  assert.deepEqual(installed.sort(), [...RUNTIME_PACKAGES].sort());
  assert.match(dockerfile, new RegExp(`^USER ${SITE_ID}:${SITE_ID}$`, "m"));
});

test("every base image is pinned to a release", () => {
  for (const file of globSync("deploy/docker/*Dockerfile", { cwd: CLONE }))
    for (const [, image = ""] of read(file).matchAll(/^FROM (\S+:\S+)/gm)) assert.match(image, /:\d+\.\d+\.\d+-[a-z-]+$/);
});

test("origins follow from the domain, or from the published port", () => {
  assert.equal(originsAt({}), "http://localhost,http://127.0.0.1");
  assert.equal(originsAt({ UNBOXED_HTTP_PORT: "127.0.0.1:8080" }), "http://localhost:8080,http://127.0.0.1:8080");
  assert.equal(originsAt({ UNBOXED_DOMAIN: "lab.example.org", UNBOXED_HTTPS_PORT: "443" }), "https://lab.example.org");
  assert.equal(originsAt({ UNBOXED_DOMAIN: "a.example.org, b.example.org" }), "https://a.example.org,https://b.example.org");
  assert.equal(originsAt({ UNBOXED_DOMAIN: "lab.localhost", UNBOXED_HTTPS_PORT: "8443" }), "https://lab.localhost:8443");
  assert.equal(originsAt({ UNBOXED_DOMAIN: "a.org", UNBOXED_ORIGIN: "https://b.org" }), "https://b.org");
});
