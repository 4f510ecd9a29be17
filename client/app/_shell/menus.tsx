"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { IconButton } from "@/components/ui/button";
import { CheckIcon, MoonIcon, ScreenIcon, SunIcon, UserIcon } from "@/components/ui/icons";
import { Menu, MenuItem, MenuLabel, MenuLine } from "@/components/ui/menu";
import { signOut } from "@/features/session/api";
import { usePreferences, type Theme } from "@/lib/preferences/preferences";
import { useSession } from "@/lib/react/use-session";

const THEMES: readonly { value: Theme; label: string; icon: () => React.ReactNode }[] = [
  { value: "system", label: "Like the system", icon: ScreenIcon }, { value: "dark", label: "Dark", icon: MoonIcon }, { value: "light", label: "Light", icon: SunIcon },
];

/** Both icons are in the page and CSS shows one, so that server and browser draw the same. */
export function ThemeMenu() {
  const theme = usePreferences((state) => state.theme);
  const set = usePreferences((state) => state.set);
  return (
    <Menu trigger={<IconButton label="Theme"><span className="in-data-[theme=light]:hidden"><MoonIcon /></span><span className="hidden in-data-[theme=light]:inline"><SunIcon /></span></IconButton>}>
      <MenuLabel>Theme</MenuLabel>
      {THEMES.map(({ value, label, icon: Icon }) => (
        <MenuItem key={value} onSelect={() => { set({ theme: value }); }}><span className="flex items-center gap-2"><Icon />{label}</span>{theme === value && <CheckIcon />}</MenuItem>
      ))}
    </Menu>
  );
}

export function UserMenu() {
  const router = useRouter();
  const email = useSession((state) => state.email);
  const leave = () => { void signOut().finally(() => { router.push("/"); }); };
  return (
    <Menu trigger={<IconButton label="Account menu" data-testid="user-menu"><UserIcon /></IconButton>}>
      <MenuLabel>{email}</MenuLabel>
      <MenuLine />
      <MenuItem asChild><Link href="/account">Account</Link></MenuItem>
      <MenuItem asChild><Link href="/wallet">Wallet</Link></MenuItem>
      <MenuItem asChild><Link href="/orders">Orders</Link></MenuItem>
      <MenuLine />
      <MenuItem onSelect={leave}>Sign out</MenuItem>
    </Menu>
  );
}
