/** The collector's bounds, with viewers that take in slowly. */
import assert from "node:assert/strict";
import { readdirSync, readlinkSync } from "node:fs";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { applyChange, type Facts, NO_FACTS, ServerMessage } from "../../lab-server/protocol.ts";
import { Collector, type Viewer } from "../../lab-server/xray/collector.ts";
import { Trial } from "./sandbox-trial.ts";

/** Milliseconds. */
const PATIENCE = 20_000;

class SlowViewer implements Viewer {
  queued = 0;
  beginnings = 0;
  frames = 0;
  facts: Facts = NO_FACTS;

  show(frame: Uint8Array): void {
    const message = ServerMessage.parse(JSON.parse(Buffer.from(frame).toString()));
    this.frames += 1;
    if (message.type === "xray.facts") {
      this.facts = message.facts;
      this.beginnings += 1;
    } else if (message.type === "xray.change") this.facts = applyChange(this.facts, message.change);
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    for (const end = Date.now() + PATIENCE; !holds(); await sleep(20)) assert(Date.now() < end, `waited in vain for ${what}`);
  }

  runs(command: string): boolean {
    return Object.values(this.facts.processes).some((row) => row.command === command);
  }
}

test("a viewer that is behind is skipped, and then has everything anew, while others go on", async () => {
  await using trial = await Trial.open();
  const collector = new Collector(trial.driver, pino({ level: "silent" }));
  try {
    const id = await trial.create();
    const slow = new SlowViewer();
    const quick = new SlowViewer();
    const ends = [collector.look(id, slow), collector.look(id, quick)];
    for (const viewer of [slow, quick]) await viewer.until("facts", () => viewer.beginnings > 0);
    slow.queued = 10 * 1024 * 1024;
    await trial.sh(id, "setsid sleep 1001 >/dev/null 2>&1 &");
    await quick.until("the process", () => quick.runs("sleep 1001"));
    const { frames, beginnings } = slow;
    await trial.sh(id, "setsid sleep 1002 >/dev/null 2>&1 &");
    await quick.until("the other process", () => quick.runs("sleep 1002"));
    assert.equal(slow.frames, frames);
    slow.queued = 0;
    await slow.until("both processes", () => slow.runs("sleep 1001") && slow.runs("sleep 1002"));
    assert.equal(slow.beginnings, beginnings + 1);
    await trial.sh(id, "pkill -f 'sleep 1001'");
    await slow.until("changes again", () => !slow.runs("sleep 1001"));
    assert.equal(slow.beginnings, beginnings + 1);

    for (const end of ends) end();
    const told = quick.frames;
    await trial.sh(id, "true");
    await sleep(500);
    assert.equal(quick.frames, told);
    // A look for a check needs no viewer.
    const facts = await collector.read(id);
    assert(Object.values(facts.processes).some(({ command }) => command === "sleep 1002"));
    await trial.driver.destroy(id);
    collector.forget(id);
    await assert.rejects(collector.read(id), { code: "not-found" });
  } finally {
    await collector.close();
  }
});

test("what is read again and again is closed when nobody looks, and what was named keeps its name", async () => {
  await using trial = await Trial.open();
  const collector = new Collector(trial.driver, pino({ level: "silent" }));
  try {
    const id = await trial.create();
    await trial.sh(id, "setsid unshare --net sleep 1001 >/dev/null 2>&1 &");
    const first = new SlowViewer();
    const end = collector.look(id, first);
    await first.until("the process", () => first.runs("sleep 1001"));
    const { namespaces } = first.facts;
    assert(Object.values(namespaces).some(({ name }) => name === "net 2"));
    assert(openFiles().some((path) => path.endsWith("/status")) && openFiles().some((path) => path.includes("/cgroup/")));
    end();
    await first.until("what is closed", () => openFiles().length === 0);
    // A look for a check leaves nothing open either, and keeps what is open for those who look.
    assert.deepEqual(Object.keys((await collector.read(id)).namespaces), Object.keys(namespaces));
    assert.deepEqual(openFiles(), []);
    await trial.sh(id, "setsid unshare --net sleep 1002 >/dev/null 2>&1 &");
    const second = new SlowViewer();
    collector.look(id, second);
    await second.until("the other process", () => second.runs("sleep 1002"));
    for (const [each, { name }] of Object.entries(namespaces)) assert.equal(second.facts.namespaces[each]?.name, name);
    assert(Object.values(second.facts.namespaces).some(({ name }) => name === "net 3"));
    await collector.read(id);
    assert(openFiles().some((path) => path.endsWith("/status")));
  } finally {
    await collector.close();
  }
});

/** Files of processes and groups that this process has open, its threads included. */
function openFiles(): string[] {
  const folder = "/proc/self/fd";
  return readdirSync(folder).flatMap((fd) => {
    try {
      const path = readlinkSync(`${folder}/${fd}`);
      return /^\/(proc\/\d+\/status|sys\/fs\/cgroup\/.*)$/.test(path) ? [path] : [];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}
