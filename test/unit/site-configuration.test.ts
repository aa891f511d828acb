import assert from "node:assert/strict";
import test from "node:test";
import { parseConfiguration } from "../../app/configuration.ts";

const secret = "a secret of more than thirty-two bytes";

test("what is not set follows from the port and the state folder", () => {
  const configuration = parseConfiguration({
    UNBOXED_SECRET: secret,
    PORT: "8080",
    UNBOXED_STATE: "/var/lib/unboxed",
    UNBOXED_ORIGIN: "",
  });
  assert.equal(configuration.labServer, "http://127.0.0.1:8081");
  assert.equal(configuration.database, "/var/lib/unboxed/database/unboxed.sqlite");
  assert.deepEqual(configuration.origins, ["http://localhost:8080", "http://127.0.0.1:8080"]);
});

test("what is set wins", () => {
  const configuration = parseConfiguration({
    UNBOXED_SECRET: secret,
    UNBOXED_LAB_HOST: "10.0.0.2",
    UNBOXED_LAB_PORT: "9000",
    DATABASE_FILE: "/data/u.sqlite",
    UNBOXED_ORIGIN: "https://lab.example.org, https://www.example.org:8443",
  });
  assert.equal(configuration.labServer, "http://10.0.0.2:9000");
  assert.equal(configuration.database, "/data/u.sqlite");
  assert.deepEqual(configuration.origins, ["https://lab.example.org", "https://www.example.org:8443"]);
});

test("every bad value is named at once, a sentence each", () => {
  assert.throws(
    () =>
      parseConfiguration({
        PORT: "99999",
        UNBOXED_LAB_PORT: "x",
        UNBOXED_SECRET: "short",
        UNBOXED_ORIGIN: "https://ok.example, lab.example.org/x",
      }),
    (error: Error) => {
      const lines = error.message.split("\n");
      assert.equal(lines.length, 4);
      for (const [index, name] of ["PORT", "UNBOXED_LAB_PORT", "UNBOXED_SECRET", "UNBOXED_ORIGIN"].entries())
        assert.match(lines[index] ?? "", new RegExp(`^${name} `));
      assert.match(lines[3] ?? "", /"lab\.example\.org\/x"/);
      return true;
    },
  );
  assert.throws(() => parseConfiguration({}), /^Error: UNBOXED_SECRET is missing/);
});
