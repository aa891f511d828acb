import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { readCode } from "../../classroom/class-code.ts";
import { CodeForm } from "../../components/classroom/join/code-form.tsx";
import { PageFrame } from "../../components/ui/page-frame.tsx";

export const metadata: Metadata = { title: "Join a class" };

type Props = { searchParams: Promise<{ code?: string | string[] }> };

/** Where learners type the code that their instructor shows. */
export default async function JoinPage({ searchParams }: Props) {
  const { code: typed } = await searchParams;
  const code = typeof typed === "string" ? readCode(typed) : undefined;
  if (code !== undefined) redirect(`/join/${code}`);
  return (
    <PageFrame>
      <div className="mx-auto max-w-[26rem] py-[12vh]">
        <h1 className="text-2xl font-semibold tracking-[-0.02em]">Join a class</h1>
        <p className="mt-2 text-muted-foreground">Type the code that your instructor shows you.</p>
        <CodeForm typed={typeof typed === "string" ? typed : ""} />
      </div>
    </PageFrame>
  );
}
