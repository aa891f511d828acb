import assert from "node:assert/strict";
import test from "node:test";
import { patient } from "../../cli/lab/patience.ts";

test("UNBOXED_PATIENCE multiplies what is waited for, and a bad one is named", () => {
  const waits = (value?: string) =>
    patient(5_000, { NODE_ENV: "test", ...(value === undefined ? {} : { UNBOXED_PATIENCE: value }) });
  assert.deepEqual([waits(), waits(""), waits("1"), waits("2.5"), waits("8")], [5_000, 5_000, 5_000, 12_500, 40_000]);
  for (const bad of ["0", "-1", "many", "1000"])
    assert.throws(() => waits(bad), /UNBOXED_PATIENCE must be a number from 1 to 100/);
});
