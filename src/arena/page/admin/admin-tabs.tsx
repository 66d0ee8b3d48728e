/** @file The parts of the admin view as links: the address says which one is open. */
import { followLink } from "../router.ts";
import { useWords } from "../words/words.ts";

const tabs = ["activity", "quarantine", "reports", "models", "export"] as const;
export type Tab = (typeof tabs)[number];

export const tabOf = (query: URLSearchParams): Tab =>
  tabs.find((tab) => tab === query.get("tab")) ?? "activity";

export function AdminTabs({ current }: { current: Tab }) {
  const words = useWords().admin.tabs;
  return (
    <nav class="admin-tabs" aria-label={words.label}>
      {tabs.map((tab) => (
        <a
          key={tab}
          href={tab === "activity" ? "/admin" : `/admin?tab=${tab}`}
          aria-current={tab === current ? "page" : undefined}
          onClick={followLink}
        >
          {words[tab]}
        </a>
      ))}
    </nav>
  );
}
