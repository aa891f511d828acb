/**
 * Puts a seccomp profile, as runc's configuration has it, on the calling thread by libseccomp, which runc needs as well.
 * Source: the OCI runtime specification (config-linux, seccomp), seccomp_rule_add(3), seccomp_attr_set(3).
 */
import koffi from "koffi";
import { z } from "zod";

const Profile = z.object({
  defaultAction: z.string(),
  defaultErrnoRet: z.int().optional(),
  architectures: z.array(z.string()).optional(),
  syscalls: z
    .array(
      z.object({
        names: z.array(z.string()),
        action: z.string(),
        errnoRet: z.int().optional(),
        args: z
          .array(z.object({ index: z.int(), value: z.number(), valueTwo: z.number().optional(), op: z.string() }))
          .optional(),
      }),
    )
    .default([]),
});
export type SeccompProfile = z.input<typeof Profile>;

const EPERM = 1;
const ACTIONS: Record<string, number> = {
  SCMP_ACT_KILL: 0x00000000,
  SCMP_ACT_KILL_THREAD: 0x00000000,
  SCMP_ACT_KILL_PROCESS: 0x80000000,
  SCMP_ACT_TRAP: 0x00030000,
  SCMP_ACT_ERRNO: 0x00050000,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_ALLOW: 0x7fff0000,
};
const OPERATIONS: Record<string, number> = {
  SCMP_CMP_NE: 1,
  SCMP_CMP_LT: 2,
  SCMP_CMP_LE: 3,
  SCMP_CMP_EQ: 4,
  SCMP_CMP_GE: 5,
  SCMP_CMP_GT: 6,
  SCMP_CMP_MASKED_EQ: 7,
};
/** seccomp_attr: whether no_new_privs is set along with the filter. We have CAP_SYS_ADMIN, so it need not be. */
const SCMP_FLTATR_CTL_NNP = 3;
const NR_SCMP_ERROR = -1;
const EEXIST = 17;
/** Bytes of struct scmp_arg_cmp: unsigned int arg, enum op, uint64 a, uint64 b. */
const COMPARISON_SIZE = 24;

/** From now on the calling thread, and every process that it starts, is filtered. There is no way back. Throws if it cannot be. */
export function installSeccomp(profile: SeccompProfile): void {
  const { defaultAction, defaultErrnoRet, architectures, syscalls } = Profile.parse(profile);
  const library = koffi.load("libseccomp.so.2");
  const init: (action: number) => unknown = library.func("void *seccomp_init(uint32_t)");
  const release: (context: unknown) => void = library.func("void seccomp_release(void *)");
  const setAttribute: (context: unknown, attribute: number, value: number) => number = library.func(
    "int seccomp_attr_set(void *, int, uint32_t)",
  );
  const resolveArchitecture: (name: string) => number = library.func("uint32_t seccomp_arch_resolve_name(const char *)");
  const addArchitecture: (context: unknown, architecture: number) => number = library.func(
    "int seccomp_arch_add(void *, uint32_t)",
  );
  const resolve: (name: string) => number = library.func("int seccomp_syscall_resolve_name(const char *)");
  const addRule: (context: unknown, action: number, syscall: number, count: number, comparisons: Uint8Array) => number =
    library.func("int seccomp_rule_add_array(void *, uint32_t, int, unsigned int, const void *)");
  const load: (context: unknown) => number = library.func("int seccomp_load(void *)");

  const fallback = actionOf(defaultAction, defaultErrnoRet);
  const context = init(fallback);
  if (!context) throw new Error("seccomp_init failed.");
  try {
    demand("seccomp_attr_set", setAttribute(context, SCMP_FLTATR_CTL_NNP, 0));
    for (const name of architectures ?? []) {
      const code = addArchitecture(context, resolveArchitecture(name.replace("SCMP_ARCH_", "").toLowerCase()));
      if (code !== -EEXIST) demand(`seccomp_arch_add ${name}`, code);
    }
    for (const { names, action, errnoRet, args } of syscalls) {
      const value = actionOf(action, errnoRet);
      // libseccomp refuses a rule that says what happens anyway.
      if (value === fallback) continue;
      const comparisons = Buffer.alloc(COMPARISON_SIZE * (args?.length ?? 0));
      for (const [at, { index, value, valueTwo, op }] of (args ?? []).entries()) {
        const operation = OPERATIONS[op];
        if (operation === undefined) throw new Error(`The seccomp profile has the unknown operation ${op}.`);
        comparisons.writeUInt32LE(index, at * COMPARISON_SIZE);
        comparisons.writeUInt32LE(operation, at * COMPARISON_SIZE + 4);
        comparisons.writeBigUInt64LE(BigInt(value), at * COMPARISON_SIZE + 8);
        comparisons.writeBigUInt64LE(BigInt(valueTwo ?? 0), at * COMPARISON_SIZE + 16);
      }
      for (const name of names) {
        const syscall = resolve(name);
        // Profiles name calls of kernels newer than the library; without a rule they fall to the default action, as in runc.
        if (syscall === NR_SCMP_ERROR) continue;
        demand(`seccomp_rule_add ${name}`, addRule(context, value, syscall, args?.length ?? 0, comparisons));
      }
    }
    demand("seccomp_load", load(context));
  } finally {
    release(context);
  }
}

function actionOf(name: string, errno = EPERM): number {
  const action = ACTIONS[name];
  if (action === undefined) throw new Error(`The seccomp profile has the unknown action ${name}.`);
  return name === "SCMP_ACT_ERRNO" ? action | errno : action;
}

function demand(what: string, code: number): void {
  if (code < 0) throw new Error(`${what} failed with ${code}.`);
}
