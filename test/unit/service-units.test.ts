import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { CONFIGURATION, PROGRAM, SERVICES, STATE, serviceSettings, TARGET } from "../../cli/service/place.ts";
import { CLONE } from "../../cli/start/settings.ts";
import { SITE_ID } from "../../cli/start/site.ts";
import { NODE_FLAGS } from "../../lab-server/node-flags.ts";

const UNITS = [TARGET, ...SERVICES];
/** Overall exposure, 0 to 10, that systemd-analyze may find of the site, and of the lab-server, which needs root and the host's mounts. */
const EXPOSURE = { "unboxed-site.service": 1.5, "unboxed-lab.service": 8 } as const;
const SECRET = `UNBOXED_SECRET=${"x".repeat(40)}\n`;

const textOf = (unit: string) => readFileSync(join(CLONE, "deploy/systemd", unit), "utf8");

/** Runs systemd-analyze on the units, their program the clone's, which is there. */
function analyze(args: readonly string[], units: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "unboxed-units-"));
  try {
    for (const unit of UNITS) writeFileSync(join(folder, unit), textOf(unit).replaceAll(`${PROGRAM}/current`, CLONE));
    const files = units.map((unit) => join(folder, unit));
    const { status, stdout, stderr } = spawnSync("systemd-analyze", [...args, ...files], { encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const skip = existsSync("/usr/bin/systemd-analyze") ? false : "there is no systemd-analyze";

test("the lab-server gets the flags of node that it has everywhere", () => {
  assert.ok(textOf("unboxed-lab.service").includes(`/node ${NODE_FLAGS.join(" ")} lab-server/main.ts\n`));
  const command = [...NODE_FLAGS, "lab-server/main.ts"].map((word) => JSON.stringify(word)).join(", ");
  assert.ok(readFileSync(join(CLONE, "deploy/docker/Dockerfile"), "utf8").includes(`${command}]\n`));
});

test("systemd-analyze finds nothing wrong with the units", { skip }, () => {
  assert.equal(analyze(["verify", "--man=no"], UNITS), "");
});

for (const unit of SERVICES) {
  test(`${unit} is exposed no more than it must be`, { skip }, () => {
    const said = analyze(["security", "--offline=true", "--no-pager"], [unit]);
    const overall = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(said)?.[1]);
    assert(overall <= EXPOSURE[unit], said);
  });
}

test("the units name the places and the user that the commands count on", () => {
  for (const unit of SERVICES) {
    assert.match(textOf(unit), new RegExp(`^EnvironmentFile=${CONFIGURATION}$`, "m"));
    assert.match(textOf(unit), new RegExp(`^Environment=.*\\bUNBOXED_STATE=${STATE}$`, "m"));
    assert.match(textOf(unit), new RegExp(`^ExecStart=${PROGRAM}/current/node_modules/node/bin/node `, "m"));
    assert.match(textOf(unit), new RegExp(`^PartOf=${TARGET}$`, "m"));
  }
  assert.match(textOf("unboxed.sysusers"), new RegExp(`^u unboxed ${SITE_ID} `, "m"));
});

test("the lab-server's unit has nothing that gives it mounts of its own: sandboxes would not be found again", () => {
  const own =
    /^(Private(Tmp|Devices|Mounts|Users|IPC|Network)|Protect(System|Home|Proc|KernelTunables|KernelLogs|ControlGroups|KernelModules)|ProcSubset|(ReadOnly|ReadWrite|Inaccessible|NoExec|Exec|Bind|BindReadOnly)Paths|TemporaryFileSystem|RootDirectory|MountFlags|DynamicUser|RuntimeDirectory)=/m;
  assert.doesNotMatch(textOf("unboxed-lab.service"), own);
  assert.match(textOf("unboxed-site.service"), own);
});

test("a service's configuration is that of npm start, in its own place", () => {
  const settings = serviceSettings(`# a comment\nPORT=4000\nUNBOXED_ORIGIN="https://lab.example.org"\n${SECRET}`);
  assert.deepEqual([settings.port, settings.labPort, settings.url], [4000, 4001, "https://lab.example.org"]);
  assert.equal(settings.database, `${STATE}/database/unboxed.sqlite`);
});

test("what the units cannot follow, and what is bad, is refused with the file's name", () => {
  assert.throws(
    () => serviceSettings(`UNBOXED_STATE=/srv\n${SECRET}`),
    /UNBOXED_STATE may not stand in \/etc\/unboxed\/unboxed\.env/,
  );
  assert.throws(() => serviceSettings(`DATABASE_FILE=/srv/x\n${SECRET}`), /DATABASE_FILE may not stand in/);
  assert.throws(() => serviceSettings(`PORT=many\n${SECRET}`), /\/etc\/unboxed\/unboxed\.env is bad:\nPORT must be/);
});
