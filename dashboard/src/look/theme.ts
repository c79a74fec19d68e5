// Light, dark, or as the system says.
import { signal } from "@preact/signals";
import { recall, remember } from "../shell/remembered.ts";

export type ThemeChoice = "system" | "light" | "dark";
const key = "theme";
const systemDark = matchMedia("(prefers-color-scheme: dark)");

export const themeChoice = signal<ThemeChoice>(choiceOf(recall(key)));
/** What is on the screen; drawings that take their colours from the page follow it. */
export const theme = signal<"light" | "dark">("light");

function choiceOf(text: string | null): ThemeChoice {
  return text === "light" || text === "dark" ? text : "system";
}

function apply(): void {
  const choice = themeChoice.value;
  theme.value = choice === "system" ? (systemDark.matches ? "dark" : "light") : choice;
  document.documentElement.dataset["theme"] = theme.value;
}

export function chooseTheme(choice: ThemeChoice): void {
  themeChoice.value = choice;
  remember(key, choice === "system" ? null : choice);
  apply();
}

export function nextTheme(): void {
  const order: ThemeChoice[] = ["system", "light", "dark"];
  chooseTheme(order[(order.indexOf(themeChoice.value) + 1) % order.length]!);
}

systemDark.addEventListener("change", apply);
apply();
