/** Our few icons, drawn on a 16-unit grid with one stroke. */
import type { ReactNode } from "react";

function Icon({ children, size = 16 }: { readonly children: ReactNode; readonly size?: number }) {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
      {children}
    </svg>
  );
}

export const LogoMark = () => (
  <svg aria-hidden width="20" height="20" viewBox="0 0 20 20" fill="none">
    <path d="M10 1 19 10 10 19 1 10Z" stroke="currentColor" strokeWidth="1.5" />
    <path d="M10 5.5 14.5 10 10 14.5 5.5 10Z" fill="var(--accent)" />
  </svg>
);
export const SunIcon = () => <Icon><circle cx="8" cy="8" r="3" /><path d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1" /></Icon>;
export const MoonIcon = () => <Icon><path d="M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z" /></Icon>;
export const ScreenIcon = () => <Icon><rect x="1.5" y="2.5" width="13" height="9" rx="1" /><path d="M5.5 14h5" /></Icon>;
export const CloseIcon = () => <Icon><path d="m4 4 8 8M12 4l-8 8" /></Icon>;
export const MenuIcon = () => <Icon><path d="M2 4h12M2 8h12M2 12h12" /></Icon>;
export const SearchIcon = () => <Icon><circle cx="7" cy="7" r="4.5" /><path d="m10.5 10.5 3.5 3.5" /></Icon>;
export const ChevronIcon = () => <Icon size={12}><path d="m4 6 4 4 4-4" /></Icon>;
export const UserIcon = () => <Icon><circle cx="8" cy="5.5" r="2.5" /><path d="M2.5 14c.8-3 3-4 5.5-4s4.7 1 5.5 4" /></Icon>;
export const StarIcon = ({ filled }: { readonly filled: boolean }) => (
  <Icon><path fill={filled ? "currentColor" : "none"} d="m8 1.8 1.9 4 4.3.6-3.1 3 .7 4.3L8 11.6l-3.8 2.1.7-4.3-3.1-3 4.3-.6Z" /></Icon>
);
export const CheckIcon = () => <Icon size={12}><path d="m3 8.5 3.5 3.5L13 4.5" /></Icon>;
export const CopyIcon = () => <Icon><rect x="5.5" y="5.5" width="8" height="8" rx="1" /><path d="M3 10.5V3.5a1 1 0 0 1 1-1h6.5" /></Icon>;
export const EyeIcon = () => <Icon><path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Z" /><circle cx="8" cy="8" r="2" /></Icon>;
export const ExpandIcon = () => <Icon><path d="M2 6V2h4M14 10v4h-4M14 6V2h-4M2 10v4h4" /></Icon>;
export const BellIcon = () => <Icon><path d="M3.5 11.5V7a4.5 4.5 0 0 1 9 0v4.5l1 1h-11ZM6.5 14.5h3" /></Icon>;
