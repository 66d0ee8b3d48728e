/** @file The page's few signs, as lines in the colour of the text around them. */

const lines = {
  battle: "M4 5h6v14H4zM14 5h6v14h-6z",
  columns: "M3 5h5v14H3zM9.5 5h5v14h-5zM16 5h5v14h-5z",
  chat: "M4 5h16v11H10l-4 4v-4H4z",
  board: "M5 20v-8h4v8zM10 20V4h4v16zM15 20v-5h4v5z",
  explore: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
  admin: "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M12 20V5M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  check: "M5 13l4 4 10-10",
  retry: "M20 11a8 8 0 1 0-2 6M20 4v7h-7",
  share: "M12 15V4M8 8l4-4 4 4M5 13v7h14v-7",
  flag: "M6 21V4h12l-3 4 3 4H6",
  up: "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 2.5 3L13 9h6l-2 11H7",
  down: "M7 13V4H4v9zM7 13l4 8c2 0 3-1 2.5-3L13 15h6L17 4H7",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  history: "M12 7v5l3 3M4 12a8 8 0 1 0 3-6M4 4v4h4",
} as const;
export type IconName = keyof typeof lines;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
      <path d={lines[name]} />
    </svg>
  );
}
