import assert from "node:assert/strict";
import test from "node:test";
import { ConfigurationError, readConfiguration } from "../../lab-server/configuration.ts";

const SECRET = "x".repeat(32);

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfiguration(environment);
  } catch (error) {
    assert(error instanceof ConfigurationError);
    return error.problems;
  }
  return [];
}

test("with nothing but the secret the defaults hold", () => {
  const configuration = readConfiguration({ NODE_ENV: "test", UNBOXED_SECRET: SECRET });
  assert.equal(configuration.port, 3001);
  assert.equal(configuration.host, "127.0.0.1");
  assert.deepEqual([...configuration.origins], ["http://localhost:3000", "http://127.0.0.1:3000"]);
  assert.equal(configuration.sandbox.memory, 512 * 1024 * 1024);
  assert.equal(configuration.lifetime.idle, 30 * 60_000);
  assert.match(configuration.database, /\.unboxed\/database\/unboxed\.sqlite$/);
  assert.match(configuration.imagesFolder, /\.unboxed\/images$/);
});

test("what is derived follows what it is derived from, unless it is set", () => {
  const configuration = readConfiguration({
    NODE_ENV: "test",
    UNBOXED_SECRET: SECRET,
    PORT: "8000",
    UNBOXED_STATE: "/srv/unboxed",
  });
  assert.equal(configuration.port, 8001);
  assert.deepEqual([...configuration.origins], ["http://localhost:8000", "http://127.0.0.1:8000"]);
  assert.equal(configuration.imagesFolder, "/srv/unboxed/images");
  assert.equal(configuration.database, "/srv/unboxed/database/unboxed.sqlite");
  const set = { UNBOXED_LAB_PORT: "0", UNBOXED_IMAGES: "/images", UNBOXED_ORIGIN: "https://a.example, https://b.example:8443" };
  const other = readConfiguration({ NODE_ENV: "test", UNBOXED_SECRET: SECRET, PORT: "8000", ...set });
  assert.equal(other.port, 0);
  assert.equal(other.imagesFolder, "/images");
  assert.deepEqual([...other.origins], ["https://a.example", "https://b.example:8443"]);
});

test("a variable set to nothing counts as not set", () => {
  assert.equal(readConfiguration({ NODE_ENV: "test", UNBOXED_SECRET: SECRET, PORT: " " }).port, 3001);
});

test("all bad values are named at once, one sentence each", () => {
  const problems = problemsOf({
    NODE_ENV: "test",
    PORT: "http",
    UNBOXED_ORIGIN: "https://lab.example.org/",
    UNBOXED_POOL: "-1",
    UNBOXED_CPUS: "0",
    UNBOXED_MAX_SANDBOXES: "1.5",
    UNBOXED_KEEP_SANDBOXES: "yes",
    UNBOXED_LOG_LEVEL: "loud",
  });
  const names = ["PORT", "UNBOXED_ORIGIN", "UNBOXED_POOL", "UNBOXED_CPUS", "UNBOXED_MAX_SANDBOXES", "UNBOXED_KEEP_SANDBOXES"];
  assert.deepEqual(
    problems.map((problem) => problem.split(" ")[0]).sort(),
    [...names, "UNBOXED_SECRET", "UNBOXED_LOG_LEVEL"].sort(),
  );
  for (const problem of problems) assert.match(problem, /^[A-Z_]+ (must be|is missing|has).*\.$/);
});

test("a secret that is too short is refused and not repeated", () => {
  const [problem] = problemsOf({ NODE_ENV: "test", UNBOXED_SECRET: "hunter2" });
  assert.match(problem ?? "", /^UNBOXED_SECRET must be at least 32/);
  assert.doesNotMatch(problem ?? "", /hunter2/);
});
