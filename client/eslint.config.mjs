/** The client's law: imports point one way, money is never a float, hooks are used by their rules. */
import nextPlugin from "@next/eslint-plugin-next";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const features = [
  "account", "balances", "book", "chart", "markets", "order-entry", "orders", "session", "simulator", "ticker", "trades", "transfers",
];

const zones = [
  { target: "./lib", from: ["./app", "./features", "./components"], message: "lib never imports upward." },
  { target: "./components", from: ["./app", "./features"], message: "components know nothing about trading." },
  { target: "./features", from: "./app", message: "app composes features, never the other way." },
  ...features.map((name) => ({
    target: `./features/${name}`,
    from: features.filter((other) => other !== name).map((other) => `./features/${other}`),
    message: "A feature never imports a feature; compose them in app.",
  })),
];

const moneyCalls = [
  { selector: "CallExpression[callee.name='Number']", message: "Money is bigint: parse it with lib/money." },
  { selector: "CallExpression[callee.name='parseFloat']", message: "Money is bigint: parse it with lib/money." },
  { selector: "MemberExpression[object.name='Number'][property.name='parseFloat']", message: "Money is bigint: parse it with lib/money." },
  { selector: "CallExpression[callee.property.name='toFixed']", message: "Format with lib/money." },
  { selector: "CallExpression[callee.property.name='toLocaleString']", message: "Format with lib/money or lib/time." },
];

export default tseslint.config(
  { ignores: [".next/**", "node_modules/**", "next-env.d.ts", "lib/api/generated/**"] },
  ...tseslint.configs.strict,
  {
    files: ["**/*.{ts,tsx,mjs}"],
    plugins: { "import-x": importX, "react-hooks": reactHooks, "@next/next": nextPlugin },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...nextPlugin.configs.recommended.rules,
      ...nextPlugin.configs["core-web-vitals"].rules,
      "import-x/no-restricted-paths": ["error", { zones }],
      "import-x/no-cycle": "error",
      "no-restricted-syntax": ["error", ...moneyCalls],
      "max-lines": ["error", { max: 150, skipComments: true, skipBlankLines: true }],
      "max-lines-per-function": ["error", { max: 40, skipComments: true, skipBlankLines: true }],
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  { files: ["features/chart/**"], rules: { "no-restricted-syntax": "off" } },
  { files: ["**/*.test.{ts,tsx}", "tests/**", "*.config.*"], rules: { "max-lines-per-function": "off", "max-lines": "off", "no-restricted-syntax": "off", "no-console": "off" } },
);
