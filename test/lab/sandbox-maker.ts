/** Makes one sandbox, for the test that kills a lab-server while it does. Arguments: the instance and the state folder. */
import { MIB, openDriver, randomId } from "./sandbox-trial.ts";

const [instance, stateFolder] = process.argv.slice(2);
if (instance === undefined || stateFolder === undefined) throw new Error("usage: sandbox-maker.ts INSTANCE STATE-FOLDER");
const driver = await openDriver(instance, stateFolder);
const limits = { memory: 64 * MIB, pids: 32, cpus: 1, disk: 64 * MIB, inodes: 1024 };
console.log("begins");
await driver.create({ id: randomId(), image: "debian", hostname: "lab", limits });
// Lives until it is killed.
setInterval(() => undefined, 1000);
