export { PageShell as default } from "../_shell/page-shell";
