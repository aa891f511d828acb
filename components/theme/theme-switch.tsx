"use client";
import { Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { DropdownMenu } from "radix-ui";
import { useSyncExternalStore } from "react";
import { Button } from "../ui/button.tsx";

const THEMES = [
  { name: "light", label: "Light", Icon: Sun },
  { name: "dark", label: "Dark", Icon: Moon },
  { name: "system", label: "As the system", Icon: Monitor },
] as const;

const never = () => () => {};

/** Chooses light, dark or the system's theme. */
export function ThemeSwitch() {
  const { theme, setTheme } = useTheme();
  // The server does not know the choice; until hydration the icon is the system's.
  const hydrated = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const { Icon } = THEMES.find(({ name }) => hydrated && name === theme) ?? THEMES[2];
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button look="quiet" size="icon" aria-label="Theme" title="Theme">
          <Icon size={16} aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className="popover z-50 min-w-40 p-1">
          <DropdownMenu.RadioGroup value={theme ?? "system"} onValueChange={setTheme}>
            {THEMES.map(({ name, label, Icon }) => (
              <DropdownMenu.RadioItem
                key={name}
                value={name}
                className="flex h-8 cursor-default items-center gap-2.5 rounded-sm px-2 text-sm outline-none data-highlighted:bg-muted data-[state=checked]:font-semibold"
              >
                <Icon size={15} aria-hidden />
                {label}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
