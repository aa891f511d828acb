import { installDebianPackages } from "../../../cli/start/debian-packages.ts";
import { SILENT } from "../../../cli/start/step.ts";

/** Installs Debian packages of something that is measured beside the product. Returns why it is not there, undefined where it is. */
export async function peerIsMissing(...names: readonly string[]): Promise<string | undefined> {
  try {
    await installDebianPackages(names, SILENT, AbortSignal.timeout(600_000));
    return undefined;
  } catch (error) {
    const lines = error instanceof Error ? error.message.trim().split("\n") : [String(error)];
    return `not installed: ${lines.at(-1)}`;
  }
}
