// Times of day in the tenant's time zone. Pure.

export interface DayClock {
  /** "14:03:09" */
  time(instant: number): string;
  /** "14:03" */
  minute(instant: number): string;
  /** "3 Mar, 14:03:09" */
  dateTime(instant: number): string;
  /** "14:03:09" on the day of `now`, else with the date. */
  moment(instant: number, now: number): string;
  /** "Tuesday 3 March" */
  longDate(instant: number): string;
  /** Midnight before `instant`, there. */
  startOfDay(instant: number): number;
  readonly zone: string;
}

/** A zone that the browser does not know is replaced by UTC, and `zone` says so. */
export function dayClock(zone: string): DayClock {
  const known = isKnownZone(zone) ? zone : "UTC";
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat("en-GB", { timeZone: known, hourCycle: "h23", ...options });
  const time = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const minute = format({ hour: "2-digit", minute: "2-digit" });
  const date = format({ day: "numeric", month: "short" });
  const longDate = format({ weekday: "long", day: "numeric", month: "long" });
  const parts = format({
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });

  const wallClock = (instant: number): { utc: number; dayUtc: number } => {
    const got: Record<string, number> = {};
    for (const part of parts.formatToParts(instant)) if (part.type !== "literal") got[part.type] = Number(part.value);
    const dayUtc = Date.UTC(got["year"]!, got["month"]! - 1, got["day"]!);
    return { utc: dayUtc + ((got["hour"]! * 60 + got["minute"]!) * 60 + got["second"]!) * 1000, dayUtc };
  };

  const startOfDay = (instant: number): number => {
    const here = wallClock(instant);
    const start = Math.floor(instant / 1000) * 1000 - (here.utc - here.dayUtc);
    // Clocks may have been put forward or back since midnight: what is off then is corrected once. Where they are put
    // back at one o'clock, midnight comes twice, and the first one counts.
    const midnight = start - (wallClock(start).utc - here.dayUtc);
    const before = wallClock(midnight - 1);
    return before.dayUtc === here.dayUtc ? midnight - (before.utc + 1000 - here.dayUtc) : midnight;
  };

  const shown = (formatter: Intl.DateTimeFormat) => (instant: number) =>
    Number.isFinite(instant) ? formatter.format(instant) : "–";

  const dateTime = (instant: number): string =>
    Number.isFinite(instant) ? `${date.format(instant)}, ${time.format(instant)}` : "–";

  return {
    zone: known,
    time: shown(time),
    minute: shown(minute),
    longDate: shown(longDate),
    dateTime,
    moment: (instant, now) =>
      Number.isFinite(instant) && wallClock(instant).dayUtc !== wallClock(now).dayUtc
        ? dateTime(instant)
        : shown(time)(instant),
    startOfDay,
  };
}

function isKnownZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
