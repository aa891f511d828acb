/** An instance of Unboxed is one state folder: several may run on a machine and do not see each other. */
import { createHash } from "node:crypto";
import { mkdir, realpath } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

/** Where what belongs to running sandboxes lives, a folder for each instance. Gone after a reboot, as they are. */
const RUN_FOLDER = "/run/unboxed";

export type Instance = {
  /** Short name, eight hex digits of a hash of the state folder's real path. */
  name: string;
  /** The machine's, shared by all instances. */
  machineFolder: string;
  /** This instance's, in the machine's. */
  folder: string;
};

/** Makes the folders of an instance. */
export async function openInstance(stateFolder: string): Promise<Instance> {
  await mkdir(stateFolder, { recursive: true });
  const name = createHash("sha256")
    .update(await realpath(stateFolder))
    .digest("hex")
    .slice(0, 8);
  const folder = join(RUN_FOLDER, name);
  // Searchable by all: a sandbox's root is nobody special on the host, and its file system lies below.
  await mkdir(folder, { recursive: true, mode: 0o711 });
  return { name, machineFolder: RUN_FOLDER, folder };
}

/**
 * Claims the instance for this process, until the claim is disposed of; the kernel gives it up when the process ends, however it ends. Throws
 * if another process has it: two would destroy each other's sandboxes. A unix socket in the abstract namespace (unix(7)) is the claim.
 */
export function claimInstance({ name }: Instance): Promise<AsyncDisposable> {
  return new Promise((resolve, reject) => {
    const claim = createServer((socket) => socket.destroy());
    claim.once("error", (cause) =>
      reject(
        new Error("Another lab-server runs on this state folder. Stop it, or set UNBOXED_STATE to another folder.", { cause }),
      ),
    );
    claim.listen(`\0unboxed/${name}`, () => resolve(claim));
    claim.unref();
  });
}
