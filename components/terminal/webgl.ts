import type { WebglAddon } from "@xterm/addon-webgl";

/** Names of drivers that draw WebGL on the processor: Chromium's, Mesa's, Windows'. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let isHardware: boolean | undefined;

/**
 * What draws a terminal by the graphics card. Undefined where there is none, as in virtual machines and over remote desktops: WebGL
 * takes the processor there, and DOM elements draw faster.
 */
export async function webglRenderer(): Promise<WebglAddon | undefined> {
  if (!hasHardwareWebgl()) return undefined;
  try {
    const { WebglAddon } = await import("@xterm/addon-webgl");
    return new WebglAddon();
  } catch (error) {
    console.info("The terminal is drawn without WebGL:", error instanceof Error ? error.message : error);
    return undefined;
  }
}

/** The first call of a page takes some milliseconds. */
function hasHardwareWebgl(): boolean {
  isHardware ??= ask();
  return isHardware;
}

function ask(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (gl === null) return false;
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const driver = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  // A page may have few contexts, and each terminal takes one.
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return !SOFTWARE.test(driver);
}
