const paths = {
  search: "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9zM10.4 10.4L14 14",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8L13 13M13 3l-1.2 1.2M4.2 11.8L3 13",
  moon: "M13.2 9.6A5.8 5.8 0 0 1 6.4 2.8a5.8 5.8 0 1 0 6.8 6.8z",
  system: "M2 3h12v8H2zM6 14h4M8 11v3",
  screen: "M1.8 6V2.5h4M10.2 2.5h4V6M14.2 10v3.5h-4M5.8 13.5h-4V10",
  help: "M5.6 6a2.4 2.4 0 1 1 3.4 2.2c-.7.4-1 .8-1 1.6M8 12.4v.2",
  leave: "M6 2.5H2.8v11H6M10 5l3 3l-3 3M13 8H6",
  back: "M9.5 3L4.5 8l5 5",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  down: "M4 6l4 4l4-4",
  ascending: "M8 12V4M4.8 7L8 3.8L11.2 7",
  descending: "M8 4v8M4.8 9L8 12.2L11.2 9",
  alert: "M8 2L14.6 13.6H1.4zM8 6.4v3.4M8 11.6v.2",
  good: "M3 8.4l3.2 3.2L13 4.8",
  question:
    "M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6zM6.3 6.4a1.8 1.8 0 1 1 2.5 1.7c-.6.3-.8.6-.8 1.2M8 11.2v.2",
  link: "M6.5 9.5l3-3M7 4.5l1.2-1.2a3 3 0 0 1 4.3 4.3L11.3 8.8M4.7 7.2L3.5 8.4a3 3 0 0 0 4.3 4.3L9 11.5",
  mute: "M5.2 5.2A3.6 3.6 0 0 1 11.6 7.2c0 2.4 1 3.4 1 3.4H6M4.4 7.6c-.1 2.1-1 3-1 3M6.6 12.8a1.5 1.5 0 0 0 2.8 0M2.5 2.5l11 11",
} as const;

export type IconName = keyof typeof paths;

/** A drawing beside words, or within a button that has a name. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
