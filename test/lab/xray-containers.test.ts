/** Whole containers under the X-ray: what LXC and systemd-nspawn make of the kernel's parts. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import type { Facts, NamespaceType } from "../../lab-server/protocol.ts";
import { Lab } from "./harness.ts";
import { XrayPage } from "./xray-page.ts";

let lab: Lab;
before(async () => {
  lab = await Lab.start();
});
after(() => lab[Symbol.asyncDispose]());

/** The first process of a pid namespace that was made in the sandbox. */
function containerInit({ processes, namespaces }: Facts, comm: RegExp) {
  return Object.values(processes).find(
    (row) => row.pids.at(-1) === 1 && comm.test(row.comm) && namespaces[row.namespaces.pid ?? ""]?.origin === "made",
  );
}

function typesMade({ namespaces }: Facts, own: Partial<Record<NamespaceType, string>>): NamespaceType[] {
  return Object.values(own).flatMap((id) => (namespaces[id]?.origin === "made" ? [namespaces[id].type] : []));
}

test("an LXC container", async () => {
  const xray = await XrayPage.open(lab, "learner-lxc");
  await xray.run(
    "lxc-create -n box -t busybox >/dev/null 2>&1; printf 'lxc.net.0.type = empty\\nlxc.apparmor.profile = unconfined\\n' >> /var/lib/lxc/box/config",
  );
  await xray.run("lxc-start -n box && lxc-wait -n box -s RUNNING");
  await xray.until("the container's first process", (facts) => containerInit(facts, /^(init|busybox)$/) !== undefined);
  const init = containerInit(xray.facts, /^(init|busybox)$/);
  assert(init);
  for (const type of ["pid", "mnt", "net", "uts", "ipc"] as const)
    assert(typesMade(xray.facts, init.namespaces).includes(type), type);
  await xray.event("namespace-made", /its pid 1 is (init|busybox|lxc-start)/);
  await xray.until("its group", ({ processes }) =>
    Object.values(processes[String(init.pid)]?.groups ?? {}).some((path) => path.includes("box")),
  );
  await xray.until("its root file system", ({ mounts }) =>
    Object.values(mounts).some(({ namespace }) => namespace === init.namespaces.mnt),
  );
  await xray.run("lxc-stop -k -n box");
  await xray.until("nothing of it", (facts) => containerInit(facts, /./) === undefined);
});

test("a whole systemd, booted by systemd-nspawn", async () => {
  const xray = await XrayPage.open(lab, "learner-boot");
  xray.page.type(1, "systemd-nspawn --register=no --keep-unit -b --volatile=overlay -D /opt/images/debian\n");
  await xray.until("systemd as pid 1", (facts) => containerInit(facts, /^systemd$/) !== undefined);
  await xray.until("a service in a group of its own", ({ processes }) =>
    Object.values(processes).some(
      ({ comm, groups }) =>
        /^(systemd-journal|dbus-daemon)$/.test(comm) && Object.values(groups).some((path) => path.includes("system.slice")),
    ),
  );
  const init = containerInit(xray.facts, /^systemd$/);
  assert(init);
  for (const type of ["pid", "mnt", "uts", "ipc"] as const) assert(typesMade(xray.facts, init.namespaces).includes(type), type);
  await xray.until("the overlay that it stands on", ({ overlays }) =>
    Object.values(overlays).some(({ namespace, sandbox }) => !sandbox && namespace === init.namespaces.mnt),
  );
});
