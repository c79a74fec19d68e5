// What a person chose, kept in this browser. Nothing secret stands here.
const prefix = "floorwalker.";

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    return null; // storage is forbidden: the choice lasts as long as the page
  }
}

export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(prefix + key);
    else localStorage.setItem(prefix + key, value);
  } catch {
    // As above.
  }
}
