import { CodeForm } from "../../../components/classroom/join/code-form.tsx";
import { PageFrame } from "../../../components/ui/page-frame.tsx";

/** No class has this code. */
export default function NoSuchClass() {
  return (
    <PageFrame>
      <div className="mx-auto max-w-[26rem] py-[12vh]">
        <h1 className="text-2xl font-semibold tracking-[-0.02em]">No class has this code</h1>
        <p className="mt-2 text-muted-foreground">
          It may be mistyped, or your instructor has changed it. Look at it once more and type it again.
        </p>
        <CodeForm />
      </div>
    </PageFrame>
  );
}
